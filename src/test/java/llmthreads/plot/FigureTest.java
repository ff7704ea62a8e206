package llmthreads.plot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import llmthreads.measure.Interval;
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
  private static final List<Interval> INTERVALS =
      List.of(new Interval(1, 1, 1), new Interval(1.75, 1.875, 0.95), new Interval(2, 3.25, 0.95));

  private static XyFigure speedUp() {
    return Figure.lines("Speed-up", "workers", "speed-up (×)")
        .series("measured", WORKERS, SPEED_UPS, INTERVALS)
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
            .bar("platform", 50, new Interval(40, 52, 0.95))
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
  void words_below_bars_are_turned_where_they_would_touch() throws Exception {
    BarFigure few = Figure.bars("Speed", "model", "tokens/s").bar("a long name (random)", 1);
    assertEquals(0, few.turn(800));
    BarFigure many = few;
    for (int i = 0; i < 6; i++) {
      many = many.bar("a long name (random) " + i, i);
    }
    assertEquals(25, many.turn(800));
    Pictures.assertSound(many);
  }

  /** A bound of 20 that no value passes: the error bar of a value of 20 ends there, too. */
  @Test
  void anErrorBarEndsWhereItsIntervalEnds() {
    Interval below = new Interval(10, 20, 0.95);
    Figure bars = Figure.bars("Cost", "worker", "ms").bar("a", 20, below).bar("b", 40);
    List<double[]> drawn = uprights(bars);
    assertEquals(1, drawn.size(), "one bar has an interval, and only it an error bar");
    Figure line =
        Figure.lines("Cost", "worker", "ms")
            .series("a", new double[] {1, 2}, new double[] {20, 40}, List.of(below, below));
    assertEquals(2, uprights(line).size());
    Figure middle = Figure.bars("Cost", "worker", "ms").bar("a", 10, below).bar("b", 40);
    assertArrayEquals(drawn.getFirst(), uprights(middle).getFirst(), 0.1, "wherever the value is");
    String top = "," + drawn.getFirst()[0] + " L";
    assertTrue(new String(bars.svg(), StandardCharsets.UTF_8).contains(top), "no bar ends there");
    assertArrayEquals(uprights(line).getFirst(), uprights(line).getLast(), 0, "of 20 and of 40");
  }

  @Test
  void aCurveHasTheColourOfTheSeriesThatItForetells() {
    XyFigure plain = Figure.scatter("Cost", "workers", "ms").series("measured", WORKERS, SPEED_UPS);
    String blue = "stroke:rgb(0,114,178)";
    assertEquals(0, dashed(plain.curve("law", n -> n, 1, 4), blue));
    assertEquals(1, dashed(plain.curve("law", n -> n, 1, 4).inColorOf("measured").logX(), blue));
    assertRefused("no measured series 'law'", () -> plain.inColorOf("law"));
    assertRefused("followed by a curve", () -> plain.inColorOf("measured"));
  }

  /** How many curves, seen in the legend, have a colour. */
  private static long dashed(Figure figure, String color) {
    return Pattern.compile("<line[^>]*>")
        .matcher(new String(figure.svg(), StandardCharsets.UTF_8))
        .results()
        .filter(line -> line.group().contains("dasharray") && line.group().contains(color))
        .count();
  }

  private static double attribute(String tag, String name) {
    return Double.parseDouble(tag.replaceFirst(".* " + name + "=\"([^\"]*)\".*", "$1"));
  }

  /** Upper and lower end of each upright line in an SVG that belongs to no axis. */
  private static List<double[]> uprights(Figure figure) {
    return Pattern.compile("<line[^>]*?x1=\"([0-9.]+)\"[^>]*>")
        .matcher(new String(figure.svg(), StandardCharsets.UTF_8))
        .results()
        .map(MatchResult::group)
        .filter(line -> !line.contains("stroke:rgb(85,85,85)"))
        .filter(line -> attribute(line, "x1") == attribute(line, "x2"))
        .map(line -> new double[] {attribute(line, "y1"), attribute(line, "y2")})
        .map(ends -> ends[0] < ends[1] ? ends : new double[] {ends[1], ends[0]})
        .toList();
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
        new Series("training", Series.Kind.LINE, steps, losses, List.of()).thinned(800);
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
    assertEquals(List.of("series", "workers", "speed-up (×)", "low", "high"), read.columnNames());
    Table measured = read.where(read.stringColumn("series").isEqualTo("measured"));
    assertArrayEquals(SPEED_UPS, measured.doubleColumn("speed-up (×)").asDoubleArray());
    assertArrayEquals(new double[] {1, 1.75, 2}, measured.doubleColumn("low").asDoubleArray());
    assertArrayEquals(new double[] {1, 1.875, 3.25}, measured.doubleColumn("high").asDoubleArray());
  }

  @Test
  void summaryNamesTitleAxesUnitsAndRanges() {
    assertEquals(
        """
        Figure 'Speed-up': speed-up (×) against workers
          measured: 3 points, workers 1 … 4, speed-up (×) 1 … 3.063, intervals from 1 … 3.25
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
