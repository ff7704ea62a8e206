package llmthreads.plot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.io.csv.CsvReadOptions;

class FigureTest {
  private static final double[] WORKERS = {1, 2, 4};
  private static final double[] SPEED_UPS = {1, 1.875, 3.0625};
  private static final double[] ERRORS = {0.125, 0.25, 0.5};

  private static XyFigure speedUp() {
    return Figure.lines("Speed-up", "workers", "speed-up (×)")
        .series("measured", WORKERS, SPEED_UPS, ERRORS)
        .curve("ideal", n -> n, 1, 4);
  }

  @Test
  void linesArePaintedAsPngAndSvg() throws Exception {
    Pictures.assertSound(speedUp());
    Pictures.assertSound(speedUp().logX().logY());
  }

  @Test
  void barsAndSamplesArePaintedAsPngAndSvg() throws Exception {
    Pictures.assertSound(
        Figure.bars("Cost", "kind of thread", "time (µs)")
            .bar("platform", 50, 4)
            .bar("virtual", 2));
    Pictures.assertSound(
        Figure.bars("Throughput", "task", "tokens/s")
            .series("1 worker", List.of("sums", "stories"), 10, 20)
            .series("2 workers", List.of("sums", "stories"), 19, 37));
    Pictures.assertSound(
        Figure.samples("Latency", "workers", "latency (ms)")
            .group("1", 10, 11, 12)
            .group("2", List.of(5, 6, 9)));
  }

  @Test
  void aLineOfThousandsOfPointsKeepsItsPeakAndItsData() {
    double[] steps = new double[5000];
    double[] losses = new double[5000];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = i;
      losses[i] = 1 + 1.0 / (i + 1);
    }
    losses[3210] = 9;
    Series thinned =
        new Series("training", Series.Kind.LINE, steps, losses, new double[0]).thinned(800);
    assertTrue(thinned.xs().length <= 802, "still " + thinned.xs().length + " points");
    assertTrue(Series.range(thinned.ys()).endsWith("9"), "the peak is lost");
    Figure figure = Figure.lines("Loss", "step", "loss").series("training", steps, losses).logY();
    assertEquals(5000, figure.table().rowCount());
    assertTrue(figure.svg().length < 500_000, "an SVG of " + figure.svg().length + " bytes");
  }

  @Test
  void rawDataSurviveTheWayThroughCsv() {
    Table read =
        Table.read()
            .usingOptions(CsvReadOptions.builderFromString(speedUp().csv()).sample(false).build());
    assertEquals(List.of("series", "workers", "speed-up (×)", "error"), read.columnNames());
    Table measured = read.where(read.stringColumn("series").isEqualTo("measured"));
    assertArrayEquals(SPEED_UPS, measured.doubleColumn("speed-up (×)").asDoubleArray());
    assertArrayEquals(ERRORS, measured.doubleColumn("error").asDoubleArray());
  }

  @Test
  void summaryNamesTitleAxesUnitsAndRanges() {
    assertEquals(
        """
        Figure 'Speed-up': speed-up (×) against workers
          measured: 3 points, workers 1 … 4, speed-up (×) 1 … 3.063, errors ± 0.125 … 0.5
          ideal: a curve, workers 1 … 4, speed-up (×) 1 … 4\
        """,
        speedUp().summary());
  }

  @Test
  void saveWritesThreeWholeFilesAndLeavesNoOther(@TempDir Path folder) throws Exception {
    Path figures = folder.resolve("of/today");
    speedUp().save(figures);
    Path png = speedUp().save(figures);
    try (Stream<Path> files = Files.list(figures)) {
      assertEquals(
          List.of("speed-up.csv", "speed-up.png", "speed-up.svg"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
    assertEquals(1600, Pictures.decode(Files.readAllBytes(png)).getWidth());
  }

  @Test
  void aFigureIsNotChangedByAddingToIt() {
    XyFigure first = speedUp();
    String before = first.summary();
    first.series("another", WORKERS, SPEED_UPS).logY();
    assertEquals(before, first.summary());
  }

  @Test
  void columnsAndListsAreSeriesToo() {
    DoubleColumn column = DoubleColumn.create("speed-up", SPEED_UPS);
    Figure figure =
        Figure.lines("Speed-up", "workers", "speed-up").series("m", List.of(1, 2, 4), column);
    assertArrayEquals(SPEED_UPS, figure.table().doubleColumn("speed-up").asDoubleArray());
  }

  @Test
  void anotherBodysChartIsAFigureToo() throws Exception {
    XYChart chart = new XYChartBuilder().width(500).height(300).title("raw").build();
    chart.addSeries("s", WORKERS, SPEED_UPS);
    Figure figure = Figure.of(chart);
    Pictures.assertSound(figure);
    assertEquals(500, figure.width());
    assertEquals(3, figure.table().rowCount());
  }

  @Test
  void badInputIsRefusedByASentenceThatNamesIt() {
    XyFigure figure = Figure.lines("Speed-up", "workers", "speed-up (×)");
    assertRefused(
        "Series 'm' has 3 x values but 2 y values",
        () -> figure.series("m", WORKERS, new double[] {1, 2}));
    assertRefused(
        "Series 'm' has the y value NaN",
        () -> figure.series("m", WORKERS, new double[] {1, Double.NaN, 2}));
    assertRefused(
        "There is a series 'm' already",
        () -> figure.series("m", WORKERS, WORKERS).series("m", WORKERS, WORKERS));
    assertRefused(
        "Series 'm' has no values", () -> figure.series("m", new double[0], new double[0]));
    assertRefused(
        "which a logarithmic axis cannot show",
        () -> figure.series("m", WORKERS, new double[] {1, 0, 2}).logY());
    assertRefused("x axis label", () -> Figure.lines("t", " ", "y"));
    assertRefused("'a/b' cannot name a figure's files", () -> figure.named("a/b"));
    assertTrue(
        assertThrows(IllegalStateException.class, figure::png).getMessage().contains("no series"));
  }

  private static void assertRefused(String expected, Runnable attempt) {
    String message = assertThrows(IllegalArgumentException.class, attempt::run).getMessage();
    assertTrue(message.contains(expected), message);
  }
}
