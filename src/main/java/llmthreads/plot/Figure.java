package llmthreads.plot;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import llmthreads.trace.Span;
import llmthreads.trace.Trace;
import org.knowm.xchart.internal.chartpart.Chart;
import tech.tablesaw.api.Table;

/**
 * A named picture together with the numbers it shows: as PNG and SVG to look at, as words to read,
 * as a table to compute with. Every figure is immutable; {@code series(…)} and its like return
 * another figure, so a figure is complete at any moment and safe for use by several threads.
 *
 * <pre>{@code
 * Figure.lines("Speed-up", "workers", "speed-up (×)")
 *     .series("measured", workers, speedUps, intervals)
 *     .curve("ideal", n -> n, 1, 8)
 * }</pre>
 */
public abstract sealed class Figure
    permits XyFigure, BarFigure, SampleFigure, HeatFigure, TimelineFigure, ChartFigure {
  /** Width of most figures in CSS pixels, what a notebook's column holds. */
  public static final int WIDTH = 800;

  /** Height of most figures in CSS pixels. */
  public static final int HEIGHT = 450;

  private final Frame frame;

  Figure(Frame frame) {
    this.frame = frame;
  }

  /**
   * A figure of measured lines and predicted curves.
   *
   * @param xLabel what the x axis says, with its unit: {@code "batch (sequences)"}
   * @param yLabel what the y axis says, with its unit: {@code "latency (ms)"}
   */
  public static XyFigure lines(String title, String xLabel, String yLabel) {
    return XyFigure.empty(Frame.of(title, xLabel, yLabel), true);
  }

  /** A figure of points that no line connects; the labels as in {@link #lines}. */
  public static XyFigure scatter(String title, String xLabel, String yLabel) {
    return XyFigure.empty(Frame.of(title, xLabel, yLabel), false);
  }

  /** A figure of bars, side by side where there are several series; labels as in {@link #lines}. */
  public static BarFigure bars(String title, String xLabel, String yLabel) {
    return BarFigure.empty(Frame.of(title, xLabel, yLabel));
  }

  /** A figure of raw samples, each a point, with a box of their quartiles around the median. */
  public static SampleFigure samples(String title, String xLabel, String yLabel) {
    return SampleFigure.empty(Frame.of(title, xLabel, yLabel));
  }

  /**
   * A figure of values in a grid, each a cell, the darker the greater; rows are added by {@link
   * HeatFigure#row}. The labels as in {@link #lines}.
   *
   * @param valueLabel what the cells say, with its unit
   * @param columns what stands below the columns, from left to right; words may repeat
   */
  public static HeatFigure heat(
      String title, String xLabel, String yLabel, String valueLabel, List<String> columns) {
    return HeatFigure.empty(Frame.of(title, xLabel, yLabel), valueLabel, columns);
  }

  /** What every thread did when: a lane for each, time from the first span's beginning on. */
  public static TimelineFigure timeline(String title, Trace trace) {
    return timeline(title, trace.spans());
  }

  /** What every thread did when: a lane for each, time from the first span's beginning on. */
  public static TimelineFigure timeline(String title, List<Span> spans) {
    return TimelineFigure.of(Frame.of(title, "time (ms)", "lane"), spans);
  }

  /** An XChart chart of anybody's making as a figure, painted as it comes. */
  public static Figure of(Chart<?, ?> chart) {
    return new ChartFigure(chart);
  }

  /**
   * Its name, of which files are called; the title's words unless {@link #named} says otherwise.
   */
  public final String name() {
    return frame.name();
  }

  /** What stands above the picture. */
  public final String title() {
    return frame.title();
  }

  /**
   * The same figure under another name.
   *
   * @param name letters, digits, {@code -}, {@code _} and {@code .}, since files are called so
   */
  public abstract Figure named(String name);

  /** Width at which it is to be shown, in CSS pixels. */
  public int width() {
    return WIDTH;
  }

  /** Height at which it is to be shown, in CSS pixels. */
  public int height() {
    return HEIGHT;
  }

  /** Everything that it shows, as a table of raw numbers. */
  public abstract Table table();

  /** What it shows, in words: the title, the axes with their units, each series with its range. */
  public abstract String summary();

  abstract Canvas.Painter painter();

  final Frame frame() {
    return frame;
  }

  /**
   * The picture, with two pixels to a CSS pixel.
   *
   * @throws IllegalStateException if the system has no font
   */
  public final byte[] png() {
    return Canvas.png(width(), height(), painter());
  }

  /**
   * The picture as an SVG document in UTF-8.
   *
   * @throws IllegalStateException if the system has no font
   */
  public final byte[] svg() {
    return Canvas.svg(width(), height(), painter());
  }

  /** {@link #table} as CSV, the first line its column names. */
  public final String csv() {
    StringWriter text = new StringWriter();
    table().write().csv(text);
    return text.toString();
  }

  /**
   * Writes {@code name.png}, {@code name.svg} and {@code name.csv}; each file appears whole or not
   * at all.
   *
   * @param folder made if it is not there
   * @return the PNG's path
   * @throws UncheckedIOException if the folder cannot be written
   */
  public final Path save(Path folder) {
    byte[] png = png();
    byte[] svg = svg();
    byte[] csv = csv().getBytes(StandardCharsets.UTF_8);
    try {
      Files.createDirectories(folder);
      write(folder.resolve(name() + ".svg"), svg);
      write(folder.resolve(name() + ".csv"), csv);
      return write(folder.resolve(name() + ".png"), png);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Figure '%s' could not be saved in %s: %s".formatted(name(), folder, e), e);
    }
  }

  private static Path write(Path file, byte[] content) throws IOException {
    Path draft = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".part");
    try {
      Files.write(draft, content);
      return Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /** A number for a summary: short, and in the same form everywhere. */
  static String number(double value) {
    if (Double.isNaN(value)) {
      return "none";
    }
    double size = Math.abs(value);
    if (value == Math.rint(value) && size < 1e7) {
      return Long.toString((long) value);
    }
    return String.format(Locale.ROOT, size >= 1000 && size < 1e7 ? "%.0f" : "%.4g", value)
        .replaceFirst("(\\.\\d*?)0+($|e)", "$1$2")
        .replaceFirst("\\.($|e)", "$1");
  }

  /** The same as {@link #summary}. */
  @Override
  public final String toString() {
    return summary();
  }
}
