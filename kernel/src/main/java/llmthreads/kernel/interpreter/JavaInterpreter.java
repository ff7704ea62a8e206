package llmthreads.kernel.interpreter;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import jdk.jshell.Diag;
import jdk.jshell.JShell;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;
import llmthreads.kernel.display.MimeBundle;
import llmthreads.kernel.display.Renderers;
import llmthreads.kernel.magic.BuiltinMagics;
import llmthreads.kernel.magic.MagicException;
import llmthreads.kernel.magic.Magics;
import llmthreads.kernel.magic.MavenMagics;
import llmthreads.kernel.magic.Session;

/** Java by JShell, in this process, with magics. */
@SuppressWarnings("removal") // JDK 25 stops a cell by a ThreadDeath
public final class JavaInterpreter implements Interpreter, Session {
  private static final long GRACE_MS = 5000;

  private final KernelLibraries own =
      new KernelLibraries(System.getProperty(KernelLibraries.PROPERTY, ""));

  private final CellLoader loader =
      new CellLoader(new SeenLoader(JavaInterpreter.class.getClassLoader(), own));

  private final CellControl control = new CellControl(loader, GRACE_MS);
  private final Magics magics = new Magics();
  private final TypeIndex types = new TypeIndex(loader, this::addedClassPath);
  private final List<Path> addedClassPath = new ArrayList<>();
  private final List<MimeBundle> pages = new ArrayList<>();
  private final Renderers renderers;
  private final JShell shell;
  private final Evaluator evaluator;
  private final CellParser parser;
  private final Settings settings;
  private final Consumer<String> warnings;
  private volatile boolean starved;

  /** Null until a client asks. */
  private CodeHelp help;

  /**
   * Starts JShell; its compiler sees the class path of this process but for the kernel's own
   * libraries, and what is added later.
   *
   * @param warnings gets sentences for the author of the notebook
   */
  public JavaInterpreter(Settings settings, Consumer<String> warnings) {
    this.settings = settings;
    this.warnings = warnings;
    renderers = new Renderers(loader, warnings);
    // JShell and javac read it, as does whoever starts another JVM with what this one sees.
    System.setProperty("java.class.path", own.seen(System.getProperty("java.class.path")));
    shell =
        JShell.builder()
            .executionEngine(provider(control), Map.of())
            .compilerOptions(
                Stream.concat(Stream.of("-proc:none"), settings.compilerOptions().stream())
                    .toArray(String[]::new))
            .build();
    evaluator = new Evaluator(shell, control, types::named);
    parser = new CellParser(shell::sourceCodeAnalysis, magics::isLine);
    BuiltinMagics.register(magics, this);
    MavenMagics.register(magics, this);
    Thread.setDefaultUncaughtExceptionHandler(this::uncaught);
    control.beginCell();
    new SessionStart(this, evaluator, magics, warnings).run(settings, loader);
    control.endCell();
  }

  /** The magics of this session; more may be added. */
  public Magics magics() {
    return magics;
  }

  /** The renderers of this session; more may be added. */
  public Renderers renderers() {
    return renderers;
  }

  @Override
  public Outcome execute(String code, int cell) {
    TimeLimit limit = new TimeLimit(settings.timeout(), control::interrupt);
    control.beginCell();
    starved = false;
    limit.begin();
    pages.clear();
    try {
      Object value = run(new Origin("cell [" + cell + "]", code), 0);
      evaluator.takeUnresolved().forEach(warnings);
      MimeBundle shown = value == null ? null : render(value);
      return new Outcome.Done(shown, List.copyOf(pages));
    } catch (CellFailure e) {
      evaluator.takeUnresolved();
      return limit.isOver() ? limit.failure() : starved ? starvation() : e.outcome();
    } finally {
      limit.end();
      control.endCell();
    }
  }

  @Override
  public Optional<Outcome.Failed> call(Function function) {
    control.beginCell();
    try {
      control.call(
          () -> {
            function.call();
            return null;
          });
      return Optional.empty();
    } catch (Throwable e) {
      return Optional.of(evaluator.callbackFailure(e));
    } finally {
      control.endCell();
    }
  }

  @Override
  public Object run(String label, String code) throws CellFailure {
    return run(new Origin(label, code), 0);
  }

  @Override
  public void addToClassPath(List<Path> elements) {
    for (Path each : elements) {
      if (!addedClassPath.contains(each)) {
        addedClassPath.add(each);
        shell.addToClasspath(each.toString());
      }
    }
  }

  @Override
  public List<Path> addedClassPath() {
    return List.copyOf(addedClassPath);
  }

  @Override
  public <T> T interruptibly(Work<T> work) throws MagicException {
    try {
      return control.call(work::run);
    } catch (MagicException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new MagicException("The magic was interrupted.", e);
    }
  }

  @Override
  public void page(MimeBundle page) {
    pages.add(page);
  }

  @Override
  public Optional<MimeBundle> documentation(String name) {
    return help().inspector().inspect(name, name.length(), Detail.ALL);
  }

  @Override
  public List<String> declarations() {
    return Declarations.of(shell);
  }

  @Override
  public List<Thread> threads() {
    return control.threads();
  }

  @Override
  public Optional<byte[]> bytecode(String type) {
    return loader.bytecode(type);
  }

  @Override
  public Completeness completeness(String code) {
    return help().syntax().completeness(code);
  }

  @Override
  public Completions complete(String code, int cursor) {
    return help().completer().complete(code, cursor);
  }

  @Override
  public Optional<MimeBundle> inspect(String code, int cursor, Detail detail) {
    return help().inspector().inspect(code, cursor, detail);
  }

  @Override
  public void interrupt() {
    control.interrupt();
  }

  /** Ends the running cell soon, since it takes what the kernel needs of the heap. */
  public void starved() {
    starved = true;
    control.interrupt();
  }

  private static Outcome.Failed starvation() {
    String name = OutOfMemoryError.class.getName();
    String message =
        "The cell was stopped before it took the last of the heap, which is at most "
            + Heap.limit()
            + ".";
    return new Outcome.Failed(name, message, List.of(Ansi.error(name) + ": " + message));
  }

  @Override
  public void close() {
    shell.close();
  }

  private CodeHelp help() {
    if (help == null) {
      help = CodeHelp.of(shell, parser, magics, types);
    }
    return help;
  }

  private Object run(Origin origin, int from) throws CellFailure {
    List<Piece> pieces = parser.parse(origin.text(), from);
    for (Piece each : pieces) {
      if (each instanceof Piece.Broken broken) {
        refuse(origin, broken);
      }
    }
    Object value = null;
    for (Piece each : pieces) {
      value = run(origin, each);
    }
    return value;
  }

  private Object run(Origin origin, Piece piece) throws CellFailure {
    try {
      return switch (piece) {
        case Piece.Code(int offset, String source) -> evaluator.evaluate(origin, offset, source);
        case Piece.Broken(int offset, String source, boolean _) ->
            evaluator.evaluate(origin, offset, source);
        case Piece.LineMagic magic -> magics.runLine(magic.name(), magic.arguments());
        case Piece.CellMagic magic ->
            magics.runCell(magic.name(), magic.arguments(), body(origin, magic.bodyOffset()));
      };
    } catch (MagicException e) {
      throw new CellFailure(
          control.interrupted() ? evaluator.failure(e) : magicFailure(origin, piece, e));
    }
  }

  private Magics.Body body(Origin origin, int offset) {
    return new Magics.Body() {
      @Override
      public String text() {
        return origin.text().substring(offset);
      }

      @Override
      public Object run() throws CellFailure {
        return JavaInterpreter.this.run(origin, offset);
      }
    };
  }

  /** A cell that cannot be read as a whole does not run in part. */
  private void refuse(Origin origin, Piece.Broken broken) throws CellFailure {
    List<Diag> diagnostics = evaluator.syntaxErrors(broken.source());
    if (!diagnostics.isEmpty()) {
      throw evaluator.rejected(origin, broken.offset(), diagnostics);
    }
    if (broken.incomplete()) {
      int end = origin.text().stripTrailing().length();
      String sentence = "The cell ends in the middle of this.";
      throw new CellFailure(
          CompileErrors.failure(origin, broken.offset(), Math.max(end, broken.offset()), sentence));
    }
  }

  private MimeBundle render(Object value) throws CellFailure {
    try {
      return control.call(() -> renderers.render(value));
    } catch (Throwable e) {
      throw new CellFailure(evaluator.failure(e));
    }
  }

  private static Outcome.Failed magicFailure(Origin origin, Piece piece, MagicException e) {
    List<String> trace = new ArrayList<>();
    String place = origin.label() + ", line " + origin.lineAt(piece.offset());
    trace.add(Ansi.error("MagicError") + " in " + Ansi.place(place) + ": " + e.getMessage());
    return new Outcome.Failed("MagicError", e.getMessage(), trace);
  }

  /** A thread that an interrupt has stopped ends without a word. */
  private void uncaught(Thread thread, Throwable thrown) {
    if (!(thrown instanceof ThreadDeath)) {
      warnings.accept(evaluator.uncaught(thread, thrown));
    }
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
