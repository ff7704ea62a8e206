package llmthreads.kernel.display;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What cells call without an import: {@code display(chart)}, {@code updateDisplay(id, table)},
 * {@code clearOutput(true)}. Any thread may call it; what it shows appears below the cell that is
 * running, in the order of the calls.
 */
public final class Display {
  /**
   * Cells call static functions, so the session that they mean stands here; there is one in a JVM.
   */
  private static final AtomicReference<Notebook> NOTEBOOK = new AtomicReference<>();

  private Display() {}

  /** Makes a kernel the one that the functions of this class talk to. */
  public static void connect(Notebook notebook) {
    NOTEBOOK.set(notebook);
  }

  /** Whether a kernel runs in this JVM, so that what is shown appears in a notebook. */
  public static boolean connected() {
    return NOTEBOOK.get() != null;
  }

  /**
   * Shows a value in its richest forms.
   *
   * @return an id for {@link #updateDisplay}
   */
  public static String display(Object value) {
    return display(value, new String[0]);
  }

  /**
   * Shows a value in the given forms, {@code display("<b>hi</b>", "text/html")}.
   *
   * @return an id for {@link #updateDisplay}
   */
  public static String display(Object value, String... mimes) {
    String id = UUID.randomUUID().toString();
    notebook().show(render(value, mimes), id);
    return id;
  }

  /** Shows a value under an id of the caller's choice, which {@link #updateDisplay} may name. */
  public static void displayAs(String id, Object value) {
    notebook().show(render(value), id);
  }

  /** Replaces what was shown under an id, wherever it stands. */
  public static void updateDisplay(String id, Object value, String... mimes) {
    notebook().update(render(value, mimes), id);
  }

  /** The forms of a value; the last expression of a cell may be one. */
  public static MimeBundle render(Object value, String... mimes) {
    if (value instanceof CharSequence text && mimes.length > 0) {
      MimeBundle bundle = MimeBundle.text(text.toString());
      for (String mime : mimes) {
        bundle = bundle.with(mime, text.toString());
      }
      return bundle;
    }
    MimeBundle all = notebook().renderers().render(value);
    return mimes.length == 0 ? all : all.only(Set.of(mimes));
  }

  /** Empties the output of the running cell. */
  public static void clearOutput() {
    clearOutput(false);
  }

  /**
   * Empties the output of the running cell.
   *
   * @param wait not before the next output comes, which avoids flicker
   */
  public static void clearOutput(boolean wait) {
    notebook().clear(wait);
  }

  /** Adds a way to show values of one type. */
  public static void register(Renderer<?> renderer) {
    notebook().renderers().register(renderer);
  }

  /** Runs Java in this session and returns the value of its last expression. */
  public static Object eval(String code) throws Exception {
    return notebook().eval(code);
  }

  /**
   * Runs a line magic, as {@code %name argument…} does.
   *
   * @return what the magic gives; null where it gives nothing
   * @throws IllegalArgumentException if there is no such magic, or it fails
   */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  public static <T> T lineMagic(String name, List<String> arguments) {
    return (T) getKernelInstance().getMagics().applyLineMagic(name, arguments);
  }

  /**
   * Runs a cell magic, as {@code %%name argument…} above a body does.
   *
   * @return what the magic gives; null where it gives nothing
   * @throws IllegalArgumentException if there is no such magic, or it fails
   */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  public static <T> T cellMagic(String name, List<String> arguments, String body) {
    return (T) getKernelInstance().getMagics().applyCellMagic(name, arguments, body);
  }

  /** The kernel that runs this cell, under the names that IJava's notebooks know it by. */
  public static KernelInstance getKernelInstance() {
    return new KernelInstance(notebook());
  }

  private static Notebook notebook() {
    Notebook notebook = NOTEBOOK.get();
    if (notebook == null) {
      throw new IllegalStateException(
          "There is no notebook to show this in: no kernel runs in this JVM.");
    }
    return notebook;
  }
}
