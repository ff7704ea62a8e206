package llmthreads.model.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against what Python's jinja2 renders; see template_golden.py. */
class TemplateTest {
  private static final LocalDateTime NOW = LocalDateTime.of(2026, 3, 5, 14, 7, 9);

  @Test
  void templates_say_what_they_say_in_python_and_fail_where_they_fail_there() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (JsonElement each : golden().getAsJsonArray("groups")) {
      JsonObject group = each.getAsJsonObject();
      for (int i = 0; i < group.getAsJsonArray("templates").size(); i++) {
        String template = group.getAsJsonArray("templates").get(i).getAsString();
        for (int j = 0; j < group.getAsJsonArray("contexts").size(); j++) {
          JsonElement text = group.getAsJsonArray("texts").get(i).getAsJsonArray().get(j);
          String expected = text.isJsonNull() ? null : text.getAsString();
          String actual = rendered(template, group.getAsJsonArray("contexts").get(j));
          if (!Objects.equals(expected, actual)) {
            wrong.add("%s%n  %s%n  %s".formatted(template, expected, actual));
          }
        }
      }
    }
    assertTrue(wrong.isEmpty(), wrong.size() + " differ:\n" + String.join("\n", wrong));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      value = {
        "a {{ x.y }} § line 1: 'x' is undefined",
        "'{{ 1 }}\n\n{{ 1 + ''a'' }}' § line 3: '+' does not go between an integer and a string",
        "{% for x in 3 %}{% endfor %} § line 1: an integer has no items",
        "{{ raise_exception('no') }} § line 1: the template refuses: no",
        "{% if true %}b § line 1: a tag is missing at the end: one of [elif, else, endif]",
        "{{ 1 | shout }} § line 1: this project does not know the filter 'shout'",
        "{% include 'x' %} § line 1: this project does not know the tag 'include'",
        "{{ [1 }} § line 1: this tag has no end, '}}'",
        "{{ (1, ] }} § line 1: a value belongs here, not ']'"
      })
  void errors_name_the_line_and_what_is_wrong(String template, String message) {
    assertEquals(message, failure(template));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% for a in range(9999) %}{{ 'x' * 99999 }}{% endfor %}",
        "{{ 'x' * 999999999 }}",
        "{{ [1] * 999999999 }}",
        "{{ range(999999999) }}",
        "{{ 9 ** 9999 }}",
        "{{ 9223372036854775807 + 1 }}"
      })
  void no_template_runs_or_writes_for_ever(String template) {
    assertTrue(failure(template).startsWith("line 1: "));
  }

  @Test
  void no_template_reaches_classes_or_files() {
    for (String name : List.of("class", "getClass", "__class__", "__globals__", "forName")) {
      assertEquals("", new Template("{{ x." + name + " }}").render(Map.of("x", "y"), NOW));
    }
  }

  private static String failure(String template) {
    return assertThrows(TemplateException.class, () -> new Template(template).render(Map.of(), NOW))
        .getMessage();
  }

  private static String rendered(String template, JsonElement values) {
    try {
      Map<String, Object> given = new LinkedHashMap<>();
      values.getAsJsonObject().asMap().forEach((name, value) -> given.put(name, plain(value)));
      return new Template(template).render(given, NOW);
    } catch (TemplateException e) {
      return null;
    }
  }

  private static Object plain(JsonElement element) {
    if (element.isJsonNull()) {
      return null;
    }
    if (element.isJsonArray()) {
      List<Object> list = new ArrayList<>();
      element.getAsJsonArray().forEach(item -> list.add(plain(item)));
      return list;
    }
    if (element.isJsonObject()) {
      Map<String, Object> map = new LinkedHashMap<>();
      element.getAsJsonObject().asMap().forEach((name, value) -> map.put(name, plain(value)));
      return map;
    }
    JsonPrimitive primitive = element.getAsJsonPrimitive();
    if (primitive.isBoolean()) {
      return primitive.getAsBoolean();
    }
    if (primitive.isNumber()) {
      String number = primitive.getAsString();
      return number.matches("-?\\d+") ? (Object) Long.valueOf(number) : Double.valueOf(number);
    }
    return primitive.getAsString();
  }

  private static JsonObject golden() throws IOException {
    try (Reader reader =
        new InputStreamReader(
            TemplateTest.class.getResourceAsStream("/llmthreads/model/jinja/template-golden.json"),
            StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(reader).getAsJsonObject();
    }
  }
}
