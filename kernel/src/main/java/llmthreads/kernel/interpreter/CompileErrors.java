package llmthreads.kernel.interpreter;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jshell.Diag;

/**
 * What the compiler has to say, as sentences, each with its place marked in the text of the cell.
 */
final class CompileErrors {
  /** The name under which a client sees an error of the compiler. */
  static final String NAME = "CompilationError";

  private static final Pattern SYMBOL = Pattern.compile("\\s*symbol:\\s*(.*)");
  private static final Pattern UNKNOWN_TYPE =
      Pattern.compile("symbol:\\s*(?:class|variable)\\s+(\\p{Lu}\\w*)");
  private static final Pattern LOCATION = Pattern.compile("\\s*location:\\s*(.*)");

  private CompileErrors() {}

  /**
   * Tells why a piece of a cell does not compile.
   *
   * @param offset where the snippet begins in the text
   * @param importable qualified names of types by their simple name
   */
  static Outcome.Failed failure(
      Origin origin,
      int offset,
      List<Diag> diagnostics,
      Function<String, List<String>> importable) {
    List<String> trace = new ArrayList<>();
    String first = null;
    for (Diag each : diagnostics) {
      if (each.isError() || diagnostics.size() == 1) {
        String sentence = sentence(each.getMessage(Locale.ENGLISH)) + hint(each, importable);
        first = first == null ? sentence : first;
        int start = offset + (int) Math.max(0, each.getPosition());
        mark(
            origin,
            start,
            offset + (int) each.getStartPosition(),
            offset + (int) each.getEndPosition(),
            sentence,
            trace);
      }
    }
    if (first == null) {
      first = "This is not Java that the compiler can read.";
      mark(origin, offset, offset, offset + 1, first, trace);
    }
    return new Outcome.Failed(NAME, first, trace);
  }

  /** A failure that is not the compiler's but of the same kind, a cell that ends too early, say. */
  static Outcome.Failed failure(Origin origin, int start, int end, String sentence) {
    List<String> trace = new ArrayList<>();
    mark(origin, start, start, end, sentence, trace);
    return new Outcome.Failed(NAME, sentence, trace);
  }

  /** A message of javac, which may have several lines, as one sentence. */
  static String sentence(String message) {
    List<String> parts = new ArrayList<>();
    for (String line : message.lines().toList()) {
      Matcher symbol = SYMBOL.matcher(line);
      Matcher location = LOCATION.matcher(line);
      if (symbol.matches()) {
        parts.add(": " + symbol.group(1).replaceAll("\\s+", " ").strip());
      } else if (location.matches()) {
        String place = location.group(1).strip();
        parts.add(place.equals("class") || place.isEmpty() ? "" : " in " + place);
      } else {
        parts.add((parts.isEmpty() ? "" : "; ") + line.strip().replaceAll(";$", ""));
      }
    }
    String text = Traces.clean(String.join("", parts)).replace(" in class  ", " ").strip();
    if (text.isEmpty()) {
      return "The compiler gives no reason.";
    }
    String end = text.endsWith(".") || text.endsWith("?") ? "" : ".";
    return Character.toUpperCase(text.charAt(0)) + text.substring(1) + end;
  }

  /** What the message does not say and a notebook's author needs to know. */
  private static String hint(Diag diagnostic, Function<String, List<String>> importable) {
    String code = String.valueOf(diagnostic.getCode());
    if (code.contains("invalid.canonical.constructor")) {
      return " Types of a cell are public, so write the word public before the constructor.";
    }
    Matcher unknown = UNKNOWN_TYPE.matcher(diagnostic.getMessage(Locale.ENGLISH));
    if (code.contains("cant.resolve") && unknown.find()) {
      List<String> found = importable.apply(unknown.group(1));
      if (!found.isEmpty()) {
        return " Import " + String.join(" or ", found.subList(0, Math.min(3, found.size()))) + ".";
      }
    }
    return "";
  }

  private static void mark(
      Origin origin, int position, int start, int end, String sentence, List<String> trace) {
    int line = origin.lineAt(position);
    String code = origin.line(line);
    int lineStart = origin.lineStart(position);
    int from = Math.clamp(start - lineStart, 0, code.length());
    int to = Math.clamp(end - lineStart, from, code.length());
    String number = line + " | ";
    trace.add(
        Ansi.error(NAME)
            + " in "
            + Ansi.place(origin.label() + ", line " + line)
            + ": "
            + sentence);
    trace.add("    " + number + code);
    String indent = code.substring(0, from).replaceAll("[^\\t]", " ");
    trace.add(
        "    "
            + " ".repeat(number.length())
            + indent
            + Ansi.error("^".repeat(Math.max(1, to - from))));
  }
}
