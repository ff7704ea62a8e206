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
  /**
   * What jshell imports by default, and the functions that cells call to show things. JShell takes
   * them together for one import, the first one's: when a cell imports that again, the others go.
   * So the first one imports nothing, and nobody writes it.
   */
  private static final List<String> IMPORTS =
      List.of(
          "static java.lang.Object.*",
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
    List<SessionSetup> setups =
        ServiceLoader.load(SessionSetup.class, loader).stream()
            .map(ServiceLoader.Provider::get)
            .toList();
    importAll(
        origin,
        Stream.concat(IMPORTS.stream(), setups.stream().flatMap(each -> each.imports().stream()))
            .map(each -> "import " + each + ";")
            .toList());
    setups.forEach(setup -> setup.snippets().forEach(each -> attempt(origin, each)));
    for (String file : settings.scripts()) {
      attempt("the script '" + file + "'", () -> magics.runLine("load", file));
    }
    if (!settings.script().isBlank()) {
      attempt("IJAVA_STARTUP_SCRIPT", () -> session.run("IJAVA_STARTUP_SCRIPT", settings.script()));
    }
  }

  /** All at once, since each snippet costs a run of the compiler; one by one if that fails. */
  private void importAll(Origin origin, List<String> imports) {
    try {
      evaluator.evaluate(origin, 0, String.join(" ", imports));
    } catch (CellFailure e) {
      imports.forEach(each -> attempt(origin, each));
    }
  }

  private void attempt(Origin origin, String snippet) {
    attempt("'" + snippet + "'", () -> evaluator.evaluate(origin, 0, snippet));
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
