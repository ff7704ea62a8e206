package llmthreads.kernel.interpreter;

import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import java.util.stream.Stream;
import llmthreads.kernel.magic.MagicException;
import llmthreads.kernel.magic.Magics;
import llmthreads.kernel.magic.Session;

/** What runs before the first cell; what fails is told, and the rest goes on. */
final class SessionStart {
  /** What jshell imports by default, and the functions that cells call to show things. */
  private static final List<String> IMPORTS =
      List.of(
          "java.io.*",
          "java.math.*",
          "java.net.*",
          "java.nio.file.*",
          "java.util.*",
          "java.util.concurrent.*",
          "java.util.function.*",
          "java.util.prefs.*",
          "java.util.regex.*",
          "java.util.stream.*",
          "static llmthreads.kernel.display.Display.*");

  private final Session session;
  private final Evaluator evaluator;
  private final Magics magics;
  private final Consumer<String> warnings;

  SessionStart(Session session, Evaluator evaluator, Magics magics, Consumer<String> warnings) {
    this.session = session;
    this.evaluator = evaluator;
    this.magics = magics;
    this.warnings = warnings;
  }

  void run(Settings settings, ClassLoader loader) {
    for (String element : settings.classPath()) {
      boolean pattern = element.contains("*") || element.contains("?");
      attempt(
          "the class path element '" + element + "'",
          () -> magics.runLine(pattern ? "jars" : "classpath", element));
    }
    Origin origin = new Origin("start-up", "");
    Stream.Builder<String> snippets = Stream.builder();
    IMPORTS.forEach(each -> snippets.add("import " + each + ";"));
    for (SessionSetup each : ServiceLoader.load(SessionSetup.class, loader)) {
      each.imports().forEach(one -> snippets.add("import " + one + ";"));
      each.snippets().forEach(snippets::add);
    }
    snippets
        .build()
        .forEach(each -> attempt("'" + each + "'", () -> evaluator.evaluate(origin, 0, each)));
    for (String file : settings.scripts()) {
      attempt("the script '" + file + "'", () -> magics.runLine("load", file));
    }
    if (!settings.script().isBlank()) {
      attempt("IJAVA_STARTUP_SCRIPT", () -> session.run("IJAVA_STARTUP_SCRIPT", settings.script()));
    }
  }

  private interface Attempt {
    Object run() throws CellFailure, MagicException;
  }

  private void attempt(String what, Attempt attempt) {
    try {
      attempt.run();
    } catch (CellFailure | MagicException e) {
      warnings.accept("At the start, " + what + " failed: " + e.getMessage());
    }
  }
}
