package llmthreads.kernel.interpreter;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.Diag;
import jdk.jshell.EvalException;
import jdk.jshell.JShell;
import jdk.jshell.JShellException;
import jdk.jshell.MethodSnippet;
import jdk.jshell.Snippet;
import jdk.jshell.Snippet.Kind;
import jdk.jshell.Snippet.Status;
import jdk.jshell.Snippet.SubKind;
import jdk.jshell.SnippetEvent;
import jdk.jshell.UnresolvedReferenceException;
import jdk.jshell.VarSnippet;
import llmthreads.kernel.interpreter.SnippetPlaces.Place;

/** Runs single snippets and turns what JShell says about them into values and failures. */
final class Evaluator {
  /** Variables that hold the value of an expression, for as long as it is evaluated. */
  private static final String VALUE = "value$of$expression$";

  private final JShell shell;
  private final CellControl control;
  private final Function<String, List<String>> importable;
  private final SnippetPlaces places = new SnippetPlaces();
  private final Traces traces = new Traces(places);
  private final List<DeclarationSnippet> unresolved = new ArrayList<>();
  private int values;

  /**
   * @param importable qualified names of types by their simple name
   */
  Evaluator(JShell shell, CellControl control, Function<String, List<String>> importable) {
    this.shell = shell;
    this.control = control;
    this.importable = importable;
  }

  /** The value of the snippet if it is an expression, else null. */
  Object evaluate(Origin origin, int offset, String source) throws CellFailure {
    List<SnippetEvent> events = run(source);
    try {
      return value(events, origin, offset);
    } finally {
      events.forEach(event -> forgetIfTemporary(event.snippet()));
    }
  }

  private List<SnippetEvent> run(String source) {
    Optional<String> assigned = PlainExpression.assigned(VALUE + ++values, source);
    if (assigned.isPresent()) {
      List<SnippetEvent> events = control.compile(() -> shell.eval(assigned.get()));
      if (events.getFirst().status() == Status.VALID) {
        return events;
      }
      events.forEach(event -> forgetIfTemporary(event.snippet()));
    }
    return control.compile(() -> shell.eval(source));
  }

  private Object value(List<SnippetEvent> events, Origin origin, int offset) throws CellFailure {
    Object value = null;
    for (SnippetEvent event : events) {
      Snippet snippet = event.snippet();
      if (event.causeSnippet() == null) {
        places.put(snippet.id(), origin, offset);
      }
      if (event.status() == Status.REJECTED) {
        List<Diag> diagnostics = shell.diagnostics(snippet).toList();
        throw rejected(origin, offset, diagnostics);
      }
      if (control.interrupted()) {
        throw new CellFailure(interrupted(event.exception()));
      }
      if (event.exception() != null) {
        throw new CellFailure(failure(event.exception()));
      }
      remember(event);
      if (event.causeSnippet() == null) {
        value = isExpression(snippet) ? shown(control.takeValue()) : null;
      }
    }
    if (control.interrupted()) {
      throw new CellFailure(interrupted(null));
    }
    return value;
  }

  /**
   * The variable of an expression's value, JShell's {@code $1} say, of which nobody knows, would be
   * imported into every snippet that follows: each cell would take longer than the one before it,
   * and what it holds would never be let go.
   */
  private void forgetIfTemporary(Snippet snippet) {
    if (isTemporary(snippet) && shell.status(snippet).isActive()) {
      shell.drop(snippet);
      control.clear(((VarSnippet) snippet).name());
    }
  }

  private static boolean isTemporary(Snippet snippet) {
    return snippet.subKind() == SubKind.TEMP_VAR_EXPRESSION_SUBKIND
        || snippet instanceof VarSnippet variable && variable.name().startsWith(VALUE);
  }

  /**
   * The diagnostics of a text that does not parse; empty if the compiler finds nothing wrong with
   * it.
   */
  List<Diag> syntaxErrors(String source) {
    return shell.sourceCodeAnalysis().sourceToSnippets(source).stream()
        .flatMap(shell::diagnostics)
        .filter(Diag::isError)
        .toList();
  }

  /** The failure of a piece of a cell that does not compile. */
  CellFailure rejected(Origin origin, int offset, List<Diag> diagnostics) {
    return new CellFailure(CompileErrors.failure(origin, offset, diagnostics, importable));
  }

  /** A sentence for each declaration since the last call that still waits for another one. */
  List<String> takeUnresolved() {
    List<String> sentences =
        unresolved.stream()
            .filter(each -> recoverable(shell.status(each)))
            .map(
                each ->
                    describe(each)
                        + (each instanceof MethodSnippet ? " can be called" : " can be used")
                        + " once there is "
                        + waitsFor(each)
                        + ".")
            .toList();
    unresolved.clear();
    return sentences;
  }

  /** A text about an exception that ended a thread of a cell. */
  String uncaught(Thread thread, Throwable thrown) {
    return traces.uncaught(thread, thrown);
  }

  /** What to tell of an exception that did not come through JShell, one of a renderer, say. */
  Outcome.Failed failure(Throwable thrown) {
    if (control.interrupted()) {
      return interrupted(null);
    }
    List<String> trace = new ArrayList<>();
    String name = Traces.clean(thrown.getClass().getName());
    String message = Traces.clean(String.valueOf(thrown.getMessage()));
    trace.add(Ansi.error(name) + ": " + message);
    for (StackTraceElement frame : thrown.getStackTrace()) {
      if (frame.getClassName().startsWith("llmthreads.kernel.interpreter.")) {
        break;
      }
      trace.add("    at " + Traces.clean(frame.toString()));
    }
    return new Outcome.Failed(name, message, trace);
  }

  /** What to tell of an exception that ended a function which a cell had given. */
  Outcome.Failed callbackFailure(Throwable thrown) {
    if (control.interrupted()) {
      String message =
          thrown instanceof CellControl.AbandonedException
              ? "The callback did not stop and was left behind. What it holds stays held; restart"
                  + " the kernel if that is in the way."
              : "The callback was interrupted.";
      return interruption(message);
    }
    // Only JShell knows the lines of its snippets, so the exception goes through it once more.
    control.throwNext(thrown);
    for (SnippetEvent event : shell.eval("throw null;")) {
      if (event.exception() != null) {
        return failure(event.exception());
      }
    }
    return failure(thrown);
  }

  private Outcome.Failed failure(JShellException told) {
    Throwable real = control.takeFailure();
    for (Throwable each = told; each != null; each = each.getCause()) {
      if (each instanceof UnresolvedReferenceException waiting) {
        DeclarationSnippet snippet = waiting.getSnippet();
        String message =
            describe(snippet) + " uses what is not declared: " + waitsFor(snippet) + ".";
        List<String> trace = new ArrayList<>();
        trace.add(Ansi.error(CompileErrors.NAME) + ": " + message);
        for (StackTraceElement frame : waiting.getStackTrace()) {
          Place place = places.find(frame);
          if (place != null) {
            trace.add("    at " + Ansi.place(place.text()));
            trace.add(Ansi.dim("        " + place.origin().line(place.line()).strip()));
          }
        }
        return new Outcome.Failed(CompileErrors.NAME, message, trace);
      }
    }
    return traces.failure(told, real);
  }

  private Outcome.Failed interrupted(JShellException told) {
    Throwable real = control.takeFailure();
    Place place = told instanceof EvalException ? traces.firstPlace(told) : null;
    String message =
        "The cell was interrupted" + (place == null ? "." : " at " + place.text() + ".");
    if (real instanceof CellControl.AbandonedException) {
      StackTraceElement[] frames = real.getStackTrace();
      message =
          "The cell did not stop and was left behind"
              + (place == null ? "" : " at " + place.text())
              + (frames.length == 0 ? "" : ", in " + frames[0])
              + ". What it holds stays held; restart the kernel if that is in the way.";
    }
    return interruption(message);
  }

  private static Outcome.Failed interruption(String message) {
    return new Outcome.Failed(
        "Interrupted", message, List.of(Ansi.error("Interrupted") + ": " + message));
  }

  private void remember(SnippetEvent event) {
    if (event.snippet() instanceof DeclarationSnippet declaration && recoverable(event.status())) {
      unresolved.add(declaration);
    }
  }

  private static boolean recoverable(Status status) {
    return status == Status.RECOVERABLE_DEFINED || status == Status.RECOVERABLE_NOT_DEFINED;
  }

  private String waitsFor(DeclarationSnippet snippet) {
    String missing = shell.unresolvedDependencies(snippet).collect(Collectors.joining(", "));
    return missing.isEmpty()
        ? shell
            .diagnostics(snippet)
            .map(each -> CompileErrors.sentence(each.getMessage(null)))
            .collect(Collectors.joining(" "))
        : missing;
  }

  private static String describe(DeclarationSnippet snippet) {
    String kind =
        switch (snippet.kind()) {
          case METHOD -> "Method ";
          case VAR -> "Variable ";
          default -> "Type ";
        };
    return kind + snippet.name() + (snippet.kind() == Kind.METHOD ? "()" : "");
  }

  /** Printing returns the stream that was printed to: nobody wants to see that one. */
  private static Object shown(Object value) {
    return value == System.out || value == System.err ? null : value;
  }

  private static boolean isExpression(Snippet snippet) {
    return snippet.kind() == Kind.EXPRESSION || isTemporary(snippet);
  }
}
