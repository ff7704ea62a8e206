package llmthreads.model.jinja;

import java.util.List;
import java.util.Map;

/** What a filter, function or method is called with. */
record Args(String function, List<Object> positional, Map<String, Object> named) {
  boolean has(int place, String name) {
    return place < positional.size() || named.containsKey(name);
  }

  Object get(int place, String name, Object otherwise) {
    return place < positional.size()
        ? positional.get(place)
        : named.containsKey(name) ? named.get(name) : otherwise;
  }

  Object get(int place, String name) {
    if (!has(place, name)) {
      throw new TemplateException("'%s' lacks its argument '%s'".formatted(function, name));
    }
    return get(place, name, null);
  }

  String text(int place, String name) {
    return Values.text(get(place, name));
  }
}
