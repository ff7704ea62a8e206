package llmthreads.kernel;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The cells that this session has run. Used by the shell thread only. */
final class History {
  private record Entry(int line, String source) {}

  private final List<Entry> entries = new ArrayList<>();

  void add(int line, String source) {
    entries.add(new Entry(line, source));
  }

  /** Answers a history_request. */
  void answer(Request request) {
    List<Entry> found =
        switch (request.text("hist_access_type")) {
          case "range" ->
              range(request.number("start", 0), request.number("stop", Integer.MAX_VALUE));
          case "search" -> search(request);
          default -> last(entries, request.number("n", Integer.MAX_VALUE));
        };
    JsonArray history = new JsonArray();
    boolean withOutput = request.flag("output", false);
    found.forEach(each -> history.add(json(each, withOutput)));
    JsonObject reply = new JsonObject();
    reply.add("history", history);
    request.replyOk(reply);
  }

  private List<Entry> range(int start, int stop) {
    return entries.stream().filter(each -> each.line >= start && each.line < stop).toList();
  }

  private List<Entry> search(Request request) {
    Pattern pattern = glob(request.text("pattern"));
    List<Entry> found =
        entries.stream().filter(each -> pattern.matcher(each.source).matches()).toList();
    if (request.flag("unique", false)) {
      Map<String, Entry> latest = new LinkedHashMap<>();
      found.forEach(
          each -> {
            latest.remove(each.source);
            latest.put(each.source, each);
          });
      found = List.copyOf(latest.values());
    }
    return last(found, request.number("n", Integer.MAX_VALUE));
  }

  private static List<Entry> last(List<Entry> all, int n) {
    return all.subList(Math.max(0, all.size() - Math.max(0, n)), all.size());
  }

  /** A pattern in which {@code *} and {@code ?} stand for any text and any character. */
  private static Pattern glob(String pattern) {
    StringBuilder regex = new StringBuilder();
    for (char c : (pattern.isEmpty() ? "*" : pattern).toCharArray()) {
      regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  private static JsonArray json(Entry entry, boolean withOutput) {
    JsonArray json = new JsonArray();
    json.add(0);
    json.add(entry.line);
    if (withOutput) {
      JsonArray pair = new JsonArray();
      pair.add(entry.source);
      pair.add((String) null);
      json.add(pair);
    } else {
      json.add(entry.source);
    }
    return json;
  }
}
