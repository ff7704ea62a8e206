"""What Python's jinja2 makes of templates, set up as chat templates are rendered: the golden file of TemplateTest.

    python -m venv V && V/bin/pip install jinja2==3.1.6
    V/bin/python src/test/python/template_golden.py > src/test/resources/llmthreads/model/jinja/template-golden.json
"""

import datetime
import json
import sys

import jinja2
import jinja2.ext
from jinja2.sandbox import ImmutableSandboxedEnvironment

NOW = datetime.datetime(2026, 3, 5, 14, 7, 9)


def refuse(message):
    raise jinja2.exceptions.TemplateError(message)


def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


class Generation(jinja2.ext.Extension):
    """Marks what the model said; what is inside is rendered as it stands."""

    tags = {"generation"}

    def parse(self, parser):
        next(parser.stream)
        return parser.parse_statements(["name:endgeneration"], drop_needle=True)


def environment():
    made = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols]
    )
    made.filters["tojson"] = tojson
    made.globals["raise_exception"] = refuse
    made.globals["strftime_now"] = NOW.strftime
    return made


ANGLES = """{% for message in messages %}
{{ '<|' + message['role'] + '|>\\n' + message['content'] | trim + '<|end|>\\n' }}
{% endfor %}
{% if add_generation_prompt %}
{{- '<|assistant|>\\n' -}}
{% endif %}
"""

WITH_DEFAULT_SYSTEM = """{%- if messages[0].role != 'system' -%}
    {{- '[system] Be brief.\\n' -}}
{%- endif -%}
{%- for message in messages -%}
    {{- '[' ~ message.role ~ '] ' ~ message.content ~ '\\n' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}[assistant] {%- endif -%}"""

IN_TURNS = """{{ bos_token }}{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}\
{% set system = messages[0]['content'] %}{% else %}{% set loop_messages = messages %}{% set system = false %}{% endif %}\
{% for message in loop_messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}\
{{ raise_exception('user and assistant must take turns') }}{% endif %}\
{% if loop.index0 == 0 and system != false %}{% set content = '<<' + system + '>>\\n' + message['content'] %}\
{% else %}{% set content = message['content'] %}{% endif %}\
{% if message['role'] == 'user' %}{{ '(ask) ' + content.strip() + ' (/ask)' }}\
{% elif message['role'] == 'assistant' %}{{ ' ' + content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}"""

WITH_TOOLS = """{#- tools first, then the talk -#}
{%- if tools is defined and tools %}
    {{- '[tools]\\n' }}
    {%- for tool in tools %}
        {{- tool | tojson(indent=2) }}
        {{- '\\n' if not loop.last else '' }}
    {%- endfor %}
    {{- '\\n[/tools]\\n' }}
{%- endif %}
{%- set ns = namespace(last_user=-1, any=false) %}
{%- for message in messages[::-1] %}
    {%- set index = (messages | length - 1) - loop.index0 %}
    {%- if not ns.any and message.role == 'user' and message.content is string %}
        {%- set ns.any = true %}
        {%- set ns.last_user = index %}
    {%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- if message.content is string %}
        {%- set content = message.content %}
    {%- else %}
        {%- set content = '' %}
    {%- endif %}
    {%- if message.role == 'assistant' %}
        {%- set thought = '' %}
        {%- if '</think>' in content %}
            {%- set thought = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}
            {%- set content = content.split('</think>')[-1].lstrip('\\n') %}
        {%- endif %}
        {{- '>>assistant\\n' }}
        {%- if loop.index0 > ns.last_user and (loop.last or thought) %}
            {{- '<think>\\n' + thought.strip('\\n') + '\\n</think>\\n\\n' }}
        {%- endif %}
        {% generation %}{{- content }}{% endgeneration %}
        {%- if message.tool_calls %}
            {%- for call in message.tool_calls %}
                {%- if call.function %}{%- set call = call.function %}{%- endif %}
                {{- '\\n{"name": "' + call.name + '", "arguments": ' }}
                {{- call.arguments if call.arguments is string else call.arguments | tojson }}
                {{- '}' }}
            {%- endfor %}
        {%- endif %}
        {{- '<<\\n' }}
    {%- elif message.role == 'tool' %}
        {%- if loop.first or messages[loop.index0 - 1].role != 'tool' %}
            {{- '>>user' }}
        {%- endif %}
        {{- '\\n(result ' ~ loop.index ~ ')\\n' ~ content }}
        {%- if loop.last or loop.nextitem.role != 'tool' %}{{- '<<\\n' }}{%- endif %}
    {%- else %}
        {{- '>>' + message.role + '\\n' + content + '<<\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '>>assistant\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\\n\\n</think>\\n\\n' }}
    {%- endif %}
{%- endif %}"""

WITH_HEADERS = """{{- bos_token }}
{%- if custom_tools is defined %}{%- set tools = custom_tools %}{%- endif %}
{%- if not date_string is defined %}{%- set date_string = strftime_now('%d %b %Y') %}{%- endif %}
{%- if messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content'] | trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system_message = '' %}
{%- endif %}
{{- '<start>system<header>\\n\\nToday: ' + date_string + '\\n\\n' + system_message + '<eot>' }}
{%- for message in messages %}
    {%- if not (message.role == 'tool' or 'tool_calls' in message) %}
        {{- '<start>' + message['role'] + '<header>\\n\\n' + message['content'] | trim + '<eot>' }}
    {%- elif 'tool_calls' in message %}
        {%- if not message.tool_calls | length == 1 %}
            {{- raise_exception('one call at a time') }}
        {%- endif %}
        {%- set call = message.tool_calls[0].function %}
        {{- '<start>assistant<header>\\n\\n' + call.name + '(' }}
        {%- for name, value in call.arguments | items %}
            {{- name + '="' ~ value ~ '"' }}
            {%- if not loop.last %}{{- ', ' }}{%- endif %}
        {%- endfor %}
        {{- ')<eot>' }}
    {%- else %}
        {{- '<start>tool<header>\\n\\n' }}
        {%- if message.content is mapping or message.content is iterable and message.content is not string %}
            {{- message.content | tojson }}
        {%- else %}
            {{- message.content }}
        {%- endif %}
        {{- '<eot>' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<start>assistant<header>\\n\\n' }}{%- endif %}"""

WITH_MACRO = """{%- macro shown(type, depth=0) -%}
  {%- if type is mapping -%}
    {%- for key, value in type.items() %}
{{ '  ' * depth }}{{ key }}: {{ shown(value, depth=depth + 1) }}
    {%- endfor -%}
  {%- elif type is sequence and type is not string -%}
    [{% for item in type %}{{ shown(item) }}{{ ', ' if not loop.last }}{% endfor %}]
  {%- else -%}
    {{ type }}
  {%- endif -%}
{%- endmacro -%}
{%- for message in messages if message.role != 'system' -%}
{{ loop.index }}/{{ loop.length }} {{ message.role.title() }}: {{ message.content or 'nothing' }}
{% if message.tool_calls %}{{ shown(message.tool_calls) }}{% endif %}
{% else %}no messages{% endfor %}
{%- set whole %}<{{ messages | map(attribute='role') | join('+') }}>{% endset %}
{{ whole | upper }}"""

CHAT_TEMPLATES = [ANGLES, WITH_DEFAULT_SYSTEM, IN_TURNS, WITH_TOOLS, WITH_HEADERS, WITH_MACRO]

TOOL = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": 'What it is like "outside", at 20 °C',
        "parameters": {"type": "object", "properties": {"town": {"type": "string"}}, "required": ["town"]},
    },
}
CALL = {"function": {"name": "weather", "arguments": {"town": "Ulm", "days": 2, "exact": True}}}

TALKS = [
    [{"role": "user", "content": "Hello"}],
    [{"role": "system", "content": " Be kind. \n"}, {"role": "user", "content": "  Zwölf + 30?  "}],
    [
        {"role": "user", "content": "a"},
        {"role": "assistant", "content": "<think>\nhm\n</think>\n\nb"},
        {"role": "user", "content": "c"},
        {"role": "assistant", "content": "d"},
    ],
    [{"role": "user", "content": "a"}, {"role": "user", "content": "b"}],
    [
        {"role": "system", "content": "s"},
        {"role": "user", "content": "weather?"},
        {"role": "assistant", "content": None, "tool_calls": [CALL]},
        {"role": "tool", "content": '{"sun": 1}'},
        {"role": "tool", "content": {"rain": [0.5, None, False, 1e-7, "x\ny"]}},
        {"role": "assistant", "content": "Sunny \U0001f31e"},
    ],
    [{"role": "user", "content": ""}, {"role": "assistant", "content": "", "tool_calls": [CALL, CALL]}],
    [],
]

OPTIONS = [
    {"add_generation_prompt": True},
    {"add_generation_prompt": False, "tools": [TOOL, TOOL], "date_string": "1 Jan 2025"},
    {"add_generation_prompt": True, "enable_thinking": False, "tools": None, "custom_tools": [TOOL]},
]

VALUES = {
    "n": 7,
    "half": 0.5,
    "s": "Hello World",
    "empty": "",
    "yes": True,
    "nothing": None,
    "xs": [3, 1, 2],
    "words": ["b", "A", "c", "a"],
    "d": {"b": 2, "a": 1, "c": None},
    "rows": [{"k": "x", "v": 1}, {"k": "y", "v": 2}, {"k": "x", "v": 3, "w": True}],
    "items": [],
    "mixed": [1, "a", None, True, 2.5, [1], {"q": "it's"}],
}

EXPRESSIONS = """
1 + 2 * 3 - 4
7 // 2 ~ ' ' ~ -7 // 2 ~ ' ' ~ 7 % 3 ~ ' ' ~ -7 % 3
7 / 2
2 ** 10
2 ** -1
1e3
1_000 + 0.25
1e16
1.5e-7
123456789012345680.0
0.1 + 0.2
-n | abs
(-2.5) | abs
-3 ** 2
1 == 1.0
true == 1
1 < 2 < 3
1 < 3 < 2
3 > 2 >= 2 != 1
not yes
not yes == yes
not 'x' in s
'World' in s
'x' not in s
2 in xs
'a' in d
'zz' in d
1 in []
yes and n
nothing or 'else'
empty and n
0 or empty or 5
n if yes else 1
'x' if nothing
'x' if nothing else 'y' if empty else 'z'
s[0]
s[-1]
s[99]
s[1:4]
s[:-3]
s[::-1]
s[::2]
s[10:2:-3]
xs[::-1]
xs[1:]
xs[-2:]
xs[5:]
xs[0] + xs[1]
xs.0
d.b
d['a']
d.zz
d.c
d.items() | list
()
(1,)
d.keys() | list
d.values() | list
d.get('b')
d.get('q')
d.get('q', 9)
d.get('c', 9)
d | length
d | list
d | dictsort | length
rows[0].k ~ rows[2]['w']
rows | map(attribute='v') | list
rows | map(attribute='w', default='-') | list
rows | map(attribute='v') | sum
rows | sum(attribute='v')
rows | selectattr('w') | list | length
rows | selectattr('w', 'defined') | map(attribute='v') | list
rows | selectattr('k', 'equalto', 'x') | map(attribute='v') | list
rows | selectattr('v', 'gt', 1) | map(attribute='v') | join(',')
rows | rejectattr('k', 'eq', 'x') | map(attribute='v') | list
rows | map(attribute='k') | unique | list
xs | sort
xs | sort(reverse=true)
words | sort
words | sort(case_sensitive=true)
rows | sort(attribute='v', reverse=true) | map(attribute='v') | list
xs | select('odd') | list
xs | reject('odd') | list
mixed | select | list | length
mixed | map('string') | list
words | map('upper') | join
words | map('replace', 'a', 'o') | join('.')
xs | join(', ')
xs | first
xs | last
items | first
xs | max
xs | min
xs | reverse | list
'abc' | reverse
s | upper
s | lower
s | title
'they are, 3rd x-ray' | title
'hELLO wORLD' | capitalize
'  x ' | trim
'xxaxx' | trim('x')
s | replace('o', '0')
s | replace('o', '0', 1)
s | length
'äöü€' | length
'a\\nb' | indent
'a\\n\\nb' | indent(2, true)
'a\\nb' | indent(width=1, blank=true)
'3' | int
'3.9' | int
3.9 | int
'x' | int
'x' | int(default=-1)
'1.5' | float
3 | float
2.5 | round
3.14159 | round(2)
2.2 | round(method='ceil')
nothing | string
yes | string
n | string + '!'
missing | default('d')
nothing | default('d')
nothing | default('d', true)
empty | default('d', boolean=true)
missing is defined
n is defined
missing is not defined
missing is undefined
nothing is none
n is none
s is string
xs is sequence
s is sequence
d is mapping
xs is mapping
xs is iterable
n is iterable
n is number
yes is number
yes is boolean
n is integer
half is float
yes is true
yes is false
n is odd
n is even
n is divisibleby 7
n is divisibleby(2)
n is eq 7
n is ge(8)
(n in xs) is false
s is lower
s.strip()
'..a..'.strip('.')
'..a..'.lstrip('.') ~ '..a..'.rstrip('.')
s.split()
'a,b,,c'.split(',')
'a,b,c'.split(',', 1)
' a  b c '.split()
' a  b c '.split(none, 1)
'a.b.c'.rsplit('.', 1)
'a\\nb\\r\\nc'.splitlines()
'-'.join(words)
s.startswith('Hell')
s.startswith(('x', 'H'))
s.endswith('x')
s.upper() ~ s.lower()
s.replace('l', 'L')
s.replace('l', 'L', 1)
s.find('o') ~ s.rfind('o') ~ s.find('z')
s.count('l')
'12'.isdigit() ~ 'a1'.isalnum() ~ ' '.isspace()
'abc'.removeprefix('a').removesuffix('c')
'A'.isupper() ~ 'a'.islower()
xs.index(2) ~ xs.count(1)
[1, 'two', 3.0, none, true]
{'a': 1, 'b': [2, {'c': 'd'}]}
[]
{}
'it\\'s'
["it's", 'say "x"', 'tab\\t', 'both\\'"', 'nul\\x01']
mixed
d
xs + [4]
[1] * 3
'ab' * 2
xs == [3, 1, 2]
d == {'a': 1, 'c': none, 'b': 2}
'a' < 'b'
[1, 2] < [1, 3]
mixed | tojson
d | tojson
rows | tojson(indent=2)
{'x': [], 'y': {}} | tojson(indent=4)
'ä\\u2028"\\\\/\\n' | tojson
'ä' | tojson(ensure_ascii=true)
d | tojson(sort_keys=true)
d | tojson(separators=(',', ':'))
[1.0, 1e-7, 1e22, 100000.0] | tojson
range(5) | list
range(2, 8, 3) | list
range(3, 0, -1) | list
dict(a=1, b='x')
namespace(a=1).a
strftime_now('%Y-%m-%d %H:%M:%S %j %B %b %A %a %I %p %y %%')
'a' 'b' "c"
(1, 2) | length
(xs | length - 1) * 2
xs | length == 3 and not items
s ~ n ~ half ~ nothing ~ yes
missing
[missing is defined, n]
'%' ~ '{' ~ '}}'
""".strip().splitlines()

BAD_EXPRESSIONS = """
missing.x
missing + 1
missing()
nothing.x.y
n()
1 + 'a'
'a' - 1
1 / 0
n | nofilter
n is notest
nothing | length
n | join
xs.append(4)
raise_exception('no')
none < 1
'a' < 1
xs | map(attribute='k') | sum
5 in 6
d.zz.y
{{ 1
1 +
(1
[1, 2
'open
n !
range(3).foo.bar
""".strip().splitlines()

STATEMENTS = [
    "{% for x in xs %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}"
    "{{ loop.last }}{{ loop.length }} {% endfor %}",
    "{% for x in xs %}{{ loop.previtem }}<{{ x }}>{{ loop.nextitem }};{% endfor %}",
    "{% for x in xs %}{{ loop.cycle('odd', 'even') }}{{ loop.changed(x > 1) }} {% endfor %}",
    "{% for x in xs %}{% for y in words %}{{ loop.depth }}{{ x }}{{ y }}{% if loop.index == 2 %}{% break %}{% endif %}"
    "{% endfor %}{{ loop.index }} {% endfor %}",
    "{% for x in xs %}{% if x == 1 %}{% continue %}{% endif %}{{ x }}{% endfor %}",
    "{% for x in items %}x{% else %}none{% endfor %}",
    "{% for x in missing %}x{% else %}none{% endfor %}",
    "{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}",
    "{% for k in d %}{{ k }}{% endfor %}",
    "{% for c in 'añ' %}{{ c }},{% endfor %}",
    "{% for x in xs if x > 1 %}{{ loop.index }}:{{ x }} of {{ loop.length }};{% endfor %}",
    "{% for x in xs if x > 5 %}{% else %}none{% endfor %}",
    "{% set a = 1 %}{% for x in xs %}{% set a = x %}{{ a }}{% endfor %}{{ a }}",
    "{% set a = 1 %}{% if yes %}{% set a = 2 %}{% endif %}{{ a }}",
    "{% set ns = namespace(total=0) %}{% for x in xs %}{% set ns.total = ns.total + x %}{% endfor %}{{ ns.total }}",
    "{% set a, b = 1, 2 %}{{ a }}{{ b }}",
    "{% set a, b = 'xy' %}{{ b }}{{ a }}",
    "{% set text %}in {{ n }}\n{% endset %}[{{ text }}]",
    "{% set text | trim | upper %}  in {{ s }} {% endset %}[{{ text }}]",
    "{% macro m(a, b='B', c=a) %}({{ a }}{{ b }}{{ c }}){% endmacro %}{{ m(1) }}{{ m(1, 2) }}{{ m(b=3, a=4) }}{{ m() }}",
    "{% macro down(k) %}{{ k }}{% if k > 0 %}{{ down(k - 1) }}{% endif %}{% endmacro %}{{ down(4) }}",
    "{% set q = 5 %}{% macro m() %}{{ q }}{{ n }}{% endmacro %}{{ m() }}{{ m() | length }}",
    "{% if n > 9 %}a{% elif n > 6 %}b{% elif n > 3 %}c{% else %}d{% endif %}",
    "{% if missing %}a{% endif %}b",
    "a {# comment #} b {#- tight -#} c",
    "a\n  {# comment #}\nb",
    "a\n  {% if yes %}\n  b\n  {% endif %}\nc\n",
    "a\n  {%+ if yes %}\n  b\n  {%+ endif %}\nc\n\n",
    "a\n  {%- if yes -%}\n  b\n  {%- endif -%}\nc",
    "{% if yes +%}\n x{% endif %}",
    "  {{ n }}\n  {{- n }}\n  {{ n -}}\n  x",
    "x {% if yes %} y {% endif %} z\n{% if yes %}\n\n w{% endif %}",
    "\n\n{% if yes %}\n{% endif %}\n\n",
    "{% raw %}{{ not }} {% run %}{% endraw %}!",
    "a\n  {%- raw -%}  {{ x }}  {%- endraw %}  b",
    "{{ '{{' }}{{ \"}}\" }}{{ {'a': {'b': 1}}['a']['b'] }}",
    "{{ 'a\\tb\\\\n\\u00e4\\x41' }}",
    "{% for x in [1, 2] %}\n{{ x }}\n{% endfor %}\n.",
    "{%- for x in [1, 2] -%}\n{{ x }}\n{%- endfor -%}\n.",
    "{% set x = [] %}{% set x = x + [n] %}{% set x = x + [n] %}{{ x }}",
    "{% generation %}a{{ n }}{% endgeneration %}b",
    "line\r\nbreaks\r{{ n }}\r\n",
    "{{ n, half }}",
]

BAD_STATEMENTS = [
    "{% if n %}",
    "{% for x in n %}{% endfor %}",
    "{% for x, y in xs %}{% endfor %}",
    "{% endif %}",
    "{% unknown %}",
    "{% set %}",
    "{% set d.a = 1 %}",
    "{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}",
    "{% macro m(a) %}{% endmacro %}{{ m(z=2) }}",
    "{# open",
    "{% raw %} x",
    "{% for x in xs %}{{ x.y.z }}{% endfor %}",
]


def rendered(template, values):
    try:
        return environment().from_string(template).render(**values)
    except Exception:  # whatever Python says: it must fail here as well
        return None


def group(templates, contexts):
    texts = [[rendered(template, values) for values in contexts] for template in templates]
    return {"templates": templates, "contexts": contexts, "texts": texts}


def main():
    talks = [
        {"messages": talk, "bos_token": "<s>", "eos_token": "</s>", **options} for talk in TALKS for options in OPTIONS
    ]
    small = ["{{ " + expression + " }}" for expression in EXPRESSIONS + BAD_EXPRESSIONS]
    groups = [group(CHAT_TEMPLATES, talks), group(small + STATEMENTS + BAD_STATEMENTS, [VALUES])]
    golden = {"jinja2": jinja2.__version__, "now": NOW.isoformat(), "groups": groups}
    json.dump(golden, sys.stdout, indent=1, ensure_ascii=False)
    print()


main()
