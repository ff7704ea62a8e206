package llmthreads.kernel;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import llmthreads.kernel.wire.Log;

/**
 * The cells that were run in this session and, where they can be kept on disk, in earlier and other
 * ones. The disk is left to a thread of its own, so that no cell waits for it. The methods are
 * called by the shell thread only.
 */
final class History {
  private static final long CLOSE_MS = 1000;

  /** How many characters of what a cell gave are remembered. */
  private static final int MOST_OF_RESULT = 4000;

  /** The cells of this session, all that there is if nothing is kept on disk. */
  private final List<HistoryEntry> session = new ArrayList<>();

  /** What the cells of this session gave, by their lines. */
  private final Map<Integer, String> results = new HashMap<>();

  private final ExecutorService disk =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("kernel-history").factory());

  /** Null if nothing is kept on disk; thread kernel-history. */
  private HistoryFile file;

  History(Optional<Path> place) {
    file = place.map(HistoryFile::new).orElse(null);
  }

  void add(int line, String source) {
    session.add(new HistoryEntry(0, line, source));
    disk.execute(
        () -> {
          try {
            if (file != null) {
              file.append(line, source);
            }
          } catch (IOException | UnsupportedOperationException e) {
            giveUp(e);
          }
        });
  }

  /** Remembers the beginning of the plain text of what a cell gave. */
  void addResult(int line, String text) {
    boolean fits = text.length() <= MOST_OF_RESULT;
    results.put(line, fits ? text : text.substring(0, MOST_OF_RESULT) + " …");
  }

  /** Answers a history_request. */
  void answer(Request request) throws InterruptedException {
    List<HistoryEntry> found =
        switch (request.text("hist_access_type")) {
          case "range" -> range(request);
          case "search" -> search(request);
          default -> last(all(), request.number("n", Integer.MAX_VALUE));
        };
    int current = currentSession();
    JsonArray history = new JsonArray();
    boolean withOutput = request.flag("output", false);
    found.forEach(each -> history.add(json(each, withOutput, current)));
    JsonObject reply = new JsonObject();
    reply.add("history", history);
    request.replyOk(reply);
  }

  /** Lets what was added reach the disk, for a second at most. Any thread may call it. */
  void close() {
    disk.shutdown();
    try {
      if (!disk.awaitTermination(CLOSE_MS, TimeUnit.MILLISECONDS)) {
        Log.warn("The last cells are not in the history: the disk is too slow.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Session 0 is this one, -1 the one before it; a positive number is a session's own. */
  private List<HistoryEntry> range(Request request) throws InterruptedException {
    int start = request.number("start", 0);
    int stop = request.number("stop", Integer.MAX_VALUE);
    int wanted = request.number("session", 0);
    int current = currentSession();
    boolean isCurrent = wanted == 0 || (wanted == current && current > 0);
    int number = wanted >= 0 ? wanted : wanted + (current > 0 ? current : newest() + 1);
    return (isCurrent ? session : all())
        .stream()
            .filter(each -> isCurrent || each.session() == number)
            .filter(each -> each.line() >= start && each.line() < stop)
            .toList();
  }

  private List<HistoryEntry> search(Request request) throws InterruptedException {
    Pattern pattern = glob(request.text("pattern"));
    List<HistoryEntry> found =
        all().stream().filter(each -> pattern.matcher(each.source()).matches()).toList();
    if (request.flag("unique", false)) {
      Map<String, HistoryEntry> latest = new LinkedHashMap<>();
      found.forEach(
          each -> {
            latest.remove(each.source());
            latest.put(each.source(), each);
          });
      found = List.copyOf(latest.values());
    }
    return last(found, request.number("n", Integer.MAX_VALUE));
  }

  private static List<HistoryEntry> last(List<HistoryEntry> all, int n) {
    return all.subList(Math.max(0, all.size() - Math.max(0, n)), all.size());
  }

  /** The cells of all sessions in the order in which they ran. */
  private List<HistoryEntry> all() throws InterruptedException {
    List<HistoryEntry> kept = onDisk(() -> file == null ? null : file.read());
    return kept == null ? session : kept;
  }

  private int newest() throws InterruptedException {
    return all().stream().mapToInt(HistoryEntry::session).max().orElse(0);
  }

  /** The number of this session, 0 before its first cell. */
  private int currentSession() throws InterruptedException {
    Integer number = onDisk(() -> file == null ? null : file.session());
    return number == null ? 0 : number;
  }

  private <T> T onDisk(Callable<T> work) throws InterruptedException {
    try {
      return disk.submit(work).get();
    } catch (ExecutionException e) {
      disk.execute(() -> giveUp(e.getCause()));
      return null;
    }
  }

  private void giveUp(Throwable e) {
    if (file != null) {
      file = null;
      Log.warn(
          "The history of cells cannot be kept on disk, so this session remembers only its own ("
              + e
              + "). LLM_THREADS_HISTORY may name another file, or be empty to keep none.");
    }
  }

  /** A pattern in which {@code *} and {@code ?} stand for any text and any character. */
  private static Pattern glob(String pattern) {
    StringBuilder regex = new StringBuilder();
    (pattern.isEmpty() ? "*" : pattern)
        .codePoints()
        .forEach(
            c ->
                regex.append(
                    c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(Character.toString(c))));
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  private JsonArray json(HistoryEntry entry, boolean withOutput, int current) {
    int number = entry.session();
    JsonArray json = new JsonArray();
    json.add(number == 0 ? current : number);
    json.add(entry.line());
    if (withOutput) {
      boolean own = number == 0 || number == current;
      JsonArray pair = new JsonArray();
      pair.add(entry.source());
      pair.add(own ? results.get(entry.line()) : null);
      json.add(pair);
    } else {
      json.add(entry.source());
    }
    return json;
  }
}
