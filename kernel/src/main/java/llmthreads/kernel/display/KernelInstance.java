package llmthreads.kernel.display;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import llmthreads.kernel.interpreter.CellFailure;
import llmthreads.kernel.magic.MagicException;
import llmthreads.kernel.magic.Magics;

/**
 * The running kernel under the names that IJava's notebooks call it by; new ones need it only to
 * register magics. Safe for use by the threads of cells.
 */
public final class KernelInstance {
  private final Notebook notebook;

  KernelInstance(Notebook notebook) {
    this.notebook = notebook;
  }

  /** Makes a jar or a folder of classes visible to the cells that follow. */
  public void addToClasspath(String path) {
    var _ = getMagics().applyLineMagic("classpath", List.of(path));
  }

  /** Runs Java in this session and returns the value of its last expression. */
  public Object evalRaw(String code) throws Exception {
    return notebook.eval(code);
  }

  /** Runs Java in this session and returns the forms of its value. */
  public MimeBundle eval(String code) throws Exception {
    return notebook.renderers().render(notebook.eval(code));
  }

  /** The ways to show values that this session has; {@link Display#register} adds one, too. */
  public io.github.spencerpark.jupyter.kernel.display.Renderer getRenderer() {
    return new io.github.spencerpark.jupyter.kernel.display.Renderer(notebook.renderers());
  }

  /** The magics of this session. */
  public Registry getMagics() {
    return new Registry(notebook);
  }

  /** Magics as IJava knows them: functions of a list of words, and of the text of a cell. */
  public static final class Registry {
    private final Notebook notebook;

    Registry(Notebook notebook) {
      this.notebook = notebook;
    }

    /** Adds or replaces a line magic; the cells that follow know it. */
    public void registerLineMagic(String name, Function<List<String>, ?> magic) {
      notebook.magics().line(name, arguments -> magic.apply(words(arguments)));
    }

    /** Adds or replaces a cell magic, a function of its words and its body. */
    public void registerCellMagic(String name, BiFunction<List<String>, String, ?> magic) {
      notebook.magics().cell(name, (arguments, body) -> magic.apply(words(arguments), body.text()));
    }

    /**
     * Runs a line magic.
     *
     * @throws IllegalArgumentException if there is none of that name, or it fails
     */
    public Object applyLineMagic(String name, List<String> arguments) {
      return run(() -> notebook.magics().runLine(name, String.join(" ", arguments)));
    }

    /**
     * Runs a cell magic.
     *
     * @throws IllegalArgumentException if there is none of that name, or it fails
     */
    public Object applyCellMagic(String name, List<String> arguments, String body) {
      String line = String.join(" ", arguments);
      return run(() -> notebook.magics().runCell(name, line, new Text(notebook, body)));
    }

    private interface Call {
      Object run() throws MagicException, CellFailure;
    }

    private static Object run(Call magic) {
      try {
        return magic.run();
      } catch (MagicException | CellFailure e) {
        throw new IllegalArgumentException(e.getMessage(), e);
      }
    }

    private static List<String> words(String arguments) {
      return arguments.isBlank() ? List.of() : List.of(arguments.strip().split("\\s+"));
    }
  }

  private record Text(Notebook notebook, String text) implements Magics.Body {
    @Override
    public Object run() throws CellFailure {
      try {
        return notebook.eval(text);
      } catch (CellFailure | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
