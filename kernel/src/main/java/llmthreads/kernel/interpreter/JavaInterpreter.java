package llmthreads.kernel.interpreter;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jdk.jshell.EvalException;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;

/** Java by JShell, in this process. */
public final class JavaInterpreter implements Interpreter {
  private static final long GRACE_MS = 5000;
  private static final List<String> IMPORTS =
      List.of(
          "java.io.*",
          "java.math.*",
          "java.net.*",
          "java.nio.file.*",
          "java.util.*",
          "java.util.concurrent.*",
          "java.util.function.*",
          "java.util.regex.*",
          "java.util.stream.*");

  private final CellControl control;
  private final JShell shell;

  /** Starts JShell with the class path of this process. */
  public JavaInterpreter() {
    control = new CellControl(new CellLoader(JavaInterpreter.class.getClassLoader()), GRACE_MS);
    shell =
        JShell.builder()
            .executionEngine(provider(control), Map.of())
            .compilerOptions("--class-path", System.getProperty("java.class.path"), "-proc:none")
            .build();
    IMPORTS.forEach(each -> shell.eval("import " + each + ";"));
  }

  @Override
  public Outcome execute(String code, int cell) {
    control.beginCell();
    Object value = null;
    String rest = code;
    while (!rest.isBlank()) {
      CompletionInfo piece = shell.sourceCodeAnalysis().analyzeCompletion(rest);
      String source = piece.source() == null ? rest : piece.source();
      rest = piece.source() == null ? "" : piece.remaining();
      for (SnippetEvent event : shell.eval(source)) {
        if (event.causeSnippet() != null) {
          continue;
        }
        if (control.interrupted()) {
          return new Outcome.Failed(
              "Interrupted", "The cell was interrupted.", List.of("Interrupted"));
        }
        if (event.status() == Snippet.Status.REJECTED) {
          List<String> lines = new ArrayList<>();
          shell.diagnostics(event.snippet()).map(d -> d.getMessage(null)).forEach(lines::add);
          return new Outcome.Failed("CompilationError", String.join("; ", lines), lines);
        }
        if (event.exception() != null) {
          Throwable failure = control.takeFailure();
          String name =
              failure != null
                  ? failure.getClass().getName()
                  : event.exception() instanceof EvalException e
                      ? e.getExceptionClassName()
                      : event.exception().getClass().getName();
          List<String> lines = new ArrayList<>();
          lines.add(name + ": " + event.exception().getMessage());
          for (StackTraceElement frame : event.exception().getStackTrace()) {
            lines.add("    at " + frame);
          }
          return new Outcome.Failed(name, String.valueOf(event.exception().getMessage()), lines);
        }
        Object result = control.takeValue();
        value =
            event.snippet().kind() == Snippet.Kind.EXPRESSION
                    || event.snippet().subKind() == Snippet.SubKind.TEMP_VAR_EXPRESSION_SUBKIND
                ? result
                : null;
      }
    }
    return new Outcome.Done(value);
  }

  @Override
  public void interrupt() {
    control.interrupt();
  }

  @Override
  public void close() {
    shell.close();
  }

  private static ExecutionControlProvider provider(CellControl control) {
    return new ExecutionControlProvider() {
      @Override
      public String name() {
        return "cells";
      }

      @Override
      public ExecutionControl generate(ExecutionEnv env, Map<String, String> parameters) {
        return control;
      }
    };
  }
}
