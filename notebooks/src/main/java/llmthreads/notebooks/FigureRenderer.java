package llmthreads.notebooks;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import llmthreads.kernel.display.MimeBundle;
import llmthreads.kernel.display.Renderer;
import llmthreads.plot.Figure;

/**
 * Shows figures as PNG, at the size they are made for, and as SVG, with their summary as text and
 * their raw data as CSV. Where the environment variable {@value #FOLDER} names a folder, each
 * figure that is shown is saved there as well.
 */
public final class FigureRenderer implements Renderer<Figure> {
  static final String FOLDER = "LLM_THREADS_FIGURES";
  private final Path folder;

  /** One that saves figures where the environment says so. */
  public FigureRenderer() {
    this(folderOf(System.getenv(FOLDER)));
  }

  /**
   * One that saves figures in a folder.
   *
   * @param folder null to save none
   */
  FigureRenderer(Path folder) {
    this.folder = folder;
  }

  private static Path folderOf(String name) {
    return name == null || name.isBlank() ? null : Path.of(name);
  }

  @Override
  public Class<Figure> type() {
    return Figure.class;
  }

  @Override
  public MimeBundle render(Figure figure) {
    if (folder != null) {
      save(figure);
    }
    return RawData.bundle(figure.summary(), figure.csv())
        .with(MimeBundle.PNG, figure.png())
        .withSize(MimeBundle.PNG, figure.width(), figure.height())
        .with(MimeBundle.SVG, new String(figure.svg(), StandardCharsets.UTF_8));
  }

  /** A folder that cannot be written is no reason not to show the figure. */
  private void save(Figure figure) {
    try {
      figure.save(folder);
    } catch (UncheckedIOException e) {
      System.err.println(e.getMessage());
    }
  }
}
