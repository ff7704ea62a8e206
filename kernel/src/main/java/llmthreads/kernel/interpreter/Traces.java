package llmthreads.kernel.interpreter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jdk.jshell.EvalException;
import jdk.jshell.JShellException;
import llmthreads.kernel.interpreter.SnippetPlaces.Place;

/**
 * Exceptions of cells as a reader of the notebook wants them: real names, the lines of cells,
 * everything between them folded.
 */
final class Traces {
  private static final Pattern WRAPPER =
      Pattern.compile("REPL\\.\\$JShell\\$\\w+?([.$](?=\\w)|(?!\\w))");
  private static final Pattern LAMBDA = Pattern.compile("lambda\\$(do_it\\$)?(\\w*?)(Aux)?\\$\\d+");
  private static final Pattern SNIPPET_CLASS = Pattern.compile("^REPL\\.\\$JShell\\$(\\d+)");
  private static final int MAX_CELL_FRAMES = 12;

  private final SnippetPlaces places;

  Traces(SnippetPlaces places) {
    this.places = places;
  }

  /** A name or message without the wrapper classes that JShell puts around cell code. */
  static String clean(String text) {
    return WRAPPER.matcher(text).replaceAll("");
  }

  /**
   * Tells what a snippet threw.
   *
   * @param told the exception as JShell tells it, with the lines of snippets
   * @param real the object that was thrown, or null if it is not known
   */
  Outcome.Failed failure(JShellException told, Throwable real) {
    List<String> trace = new ArrayList<>();
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Throwable object = real;
    String lead = "";
    for (Throwable each = told; each != null && seen.add(each); each = each.getCause()) {
      trace.add(lead + heading(name(each, object), message(each, object)));
      frames(each, trace);
      if (object != null) {
        for (Throwable suppressed : object.getSuppressed()) {
          trace.add("  Suppressed: " + clean(suppressed.toString()));
        }
        object = object.getCause();
      }
      lead = "Caused by: ";
    }
    return new Outcome.Failed(name(told, real), sentence(told, real), trace);
  }

  /**
   * Tells of an exception that ended a thread which a cell had started. JShell translates lines
   * only for what passes through it, so the cell is named and the line is not.
   */
  String uncaught(Thread thread, Throwable thrown) {
    StringBuilder text = new StringBuilder("Exception in thread \"" + thread.getName() + "\" ");
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Throwable each = thrown; each != null && seen.add(each); each = each.getCause()) {
      text.append(each == thrown ? "" : "Caused by: ").append(clean(each.toString())).append('\n');
      int folded = 0;
      for (StackTraceElement frame : each.getStackTrace()) {
        Matcher snippet = SNIPPET_CLASS.matcher(frame.getClassName());
        Place place = snippet.find() ? places.find(snippet.group(1), 1) : null;
        if (place != null) {
          text.append("    at ").append(method(frame)).append(place.origin().label()).append('\n');
        } else if (folded++ == 0) {
          text.append("    in ").append(frame).append('\n');
        }
      }
    }
    return text.toString().stripTrailing();
  }

  /** The line of the cell that a thread was at, or null if its frames name none. */
  Place firstPlace(Throwable told) {
    return Arrays.stream(told.getStackTrace())
        .map(places::find)
        .filter(place -> place != null)
        .findFirst()
        .orElse(null);
  }

  private static String heading(String name, String message) {
    return Ansi.error(name) + (message.isEmpty() ? "" : ": " + message);
  }

  private static String name(Throwable told, Throwable real) {
    if (told instanceof EvalException evaluated) {
      return clean(evaluated.getExceptionClassName());
    }
    return clean((real == null ? told : real).getClass().getName());
  }

  private static String message(Throwable told, Throwable real) {
    String message = real == null ? told.getMessage() : real.getMessage();
    String text = message == null ? "" : clean(message);
    return real instanceof OutOfMemoryError ? text + heapHint() : text;
  }

  /** The message; of an exception that has none and just wraps another one, what that one says. */
  private static String sentence(Throwable told, Throwable real) {
    String message = message(told, real);
    for (Throwable each = real; message.isEmpty() && each != null; each = each.getCause()) {
      message = each.getMessage() == null ? "" : clean(each.toString());
    }
    return message;
  }

  /** What to do about it is known to few. */
  private static String heapHint() {
    return ". The heap of this kernel takes at most " + Heap.limit() + ".";
  }

  private void frames(Throwable told, List<String> trace) {
    List<StackTraceElement> folded = new ArrayList<>();
    int shown = 0;
    boolean first = true;
    for (StackTraceElement frame : told.getStackTrace()) {
      Place place = places.find(frame);
      if (place == null) {
        folded.add(frame);
        continue;
      }
      if (++shown > MAX_CELL_FRAMES) {
        trace.add("    … and deeper");
        return;
      }
      if (!first) {
        fold(folded, trace);
      }
      trace.add("    at " + method(frame) + Ansi.place(place.text()));
      if (first) {
        trace.add(Ansi.dim("        " + place.origin().line(place.line()).strip()));
        thrownIn(folded, trace);
        first = false;
      }
      folded.clear();
    }
    if (first) {
      folded.stream().limit(MAX_CELL_FRAMES).forEach(frame -> trace.add("    at " + frame));
    }
  }

  private static String method(StackTraceElement frame) {
    String type = clean(frame.getClassName());
    String method = LAMBDA.matcher(frame.getMethodName()).replaceAll("$2 lambda").strip();
    if (method.startsWith("do_it$")) {
      method = "";
    }
    String name = type.isEmpty() || method.isEmpty() ? type + method : type + "." + method;
    return name.isEmpty() ? "" : name + ", ";
  }

  private static void thrownIn(List<StackTraceElement> folded, List<String> trace) {
    if (!folded.isEmpty()) {
      StackTraceElement top = folded.getFirst();
      String more = folded.size() == 1 ? "" : " and " + (folded.size() - 1) + " more";
      trace.add(Ansi.dim("        in " + top + more));
    }
  }

  private static void fold(List<StackTraceElement> folded, List<String> trace) {
    if (!folded.isEmpty()) {
      String packages =
          folded.stream()
              .map(frame -> packageOf(frame.getClassName()))
              .distinct()
              .limit(3)
              .collect(Collectors.joining(", "));
      String frames = folded.size() == 1 ? " frame of " : " frames of ";
      trace.add(Ansi.dim("    … " + folded.size() + frames + packages));
    }
  }

  private static String packageOf(String className) {
    int dot = className.lastIndexOf('.');
    return dot < 0 ? className : className.substring(0, dot);
  }
}
