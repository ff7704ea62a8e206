package llmthreads.kernel.interpreter;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Where each snippet stands in the text that it came from. */
final class SnippetPlaces {
  /** A line of a text. */
  record Place(Origin origin, int line) {
    /** Such as {@code cell [3], line 2}. */
    String text() {
      return origin.label() + ", line " + line;
    }
  }

  private final Map<String, Place> firstLines = new ConcurrentHashMap<>();

  /** Remembers that a snippet begins at a character of a text. */
  void put(String snippetId, Origin origin, int offset) {
    firstLines.put(snippetId, new Place(origin, origin.lineAt(offset)));
  }

  /** The place of a line of a snippet; null if the snippet is none of a cell. */
  Place find(String snippetId, int line) {
    Place first = firstLines.get(snippetId);
    return first == null ? null : new Place(first.origin(), first.line() + Math.max(0, line - 1));
  }

  /**
   * The place of a frame as JShell translates it: file {@code #id}, line of the snippet. Null for
   * any other frame.
   */
  Place find(StackTraceElement frame) {
    String file = frame.getFileName();
    return file != null && file.startsWith("#")
        ? find(file.substring(1), frame.getLineNumber())
        : null;
  }
}
