package llmthreads.plot;

import java.awt.Color;
import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoublePredicate;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import llmthreads.measure.Interval;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.XYStyler;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * Lines, points and curves over a numeric x axis. The y axis begins at 0 unless it is logarithmic
 * or a value is negative, so that heights can be compared.
 */
public final class XyFigure extends Figure {
  private final List<Series> series;
  private final Map<String, String> partners;
  private final boolean connected;

  /**
   * Makes one.
   *
   * @param partners of some curves, by their names: the series whose colour they have
   */
  private XyFigure(
      Frame frame, List<Series> series, Map<String, String> partners, boolean connected) {
    super(frame);
    this.series = series;
    this.partners = partners;
    this.connected = connected;
    for (Series each : series) {
      requirePositive(each);
    }
  }

  static XyFigure empty(Frame frame, boolean connected) {
    return new XyFigure(frame, List.of(), Map.of(), connected);
  }

  /** With measured values. */
  public XyFigure series(String name, double[] xs, double[] ys) {
    return series(name, xs, ys, List.of());
  }

  /**
   * With measured values and their error bars, which need not be as long above as below.
   *
   * @param intervals where each y lies, in its units: the ends of its bar
   */
  public XyFigure series(String name, double[] xs, double[] ys, List<Interval> intervals) {
    Series.Kind kind = connected ? Series.Kind.LINE : Series.Kind.POINTS;
    return with(new Series(name, kind, xs, ys, intervals));
  }

  /** With measured values from lists or Tablesaw columns. */
  public XyFigure series(
      String name, Iterable<? extends Number> xs, Iterable<? extends Number> ys) {
    return series(name, Series.doubles(xs), Series.doubles(ys));
  }

  /** With points that no line connects. */
  public XyFigure points(String name, double[] xs, double[] ys) {
    return with(new Series(name, Series.Kind.POINTS, xs, ys, List.of()));
  }

  /** With computed values, drawn as a dashed line: a prediction beside what was measured. */
  public XyFigure curve(String name, double[] xs, double[] ys) {
    return with(new Series(name, Series.Kind.CURVE, xs, ys, List.of()));
  }

  /** With a formula, drawn as a dashed line: a prediction beside what was measured. */
  public XyFigure curve(String name, DoubleUnaryOperator formula, double from, double to) {
    return with(Series.curve(name, formula, from, to));
  }

  /**
   * With the curve that was added last in the colour of a series: what was foretold of just that.
   *
   * @param measured name of a series that was added before
   */
  public XyFigure inColorOf(String measured) {
    boolean known =
        series.stream().anyMatch(each -> each.name().equals(measured) && !each.isCurve());
    if (!known || !series.getLast().isCurve()) {
      throw new IllegalArgumentException(
          "Figure '%s' has no measured series '%s' followed by a curve"
              .formatted(title(), measured));
    }
    Map<String, String> more = new HashMap<>(partners);
    more.put(series.getLast().name(), measured);
    return new XyFigure(frame(), series, Map.copyOf(more), connected);
  }

  /** With a logarithmic x axis. */
  public XyFigure logX() {
    return new XyFigure(frame().withLogX(), series, partners, connected);
  }

  /** With a logarithmic y axis. */
  public XyFigure logY() {
    return new XyFigure(frame().withLogY(), series, partners, connected);
  }

  @Override
  public XyFigure named(String name) {
    return new XyFigure(frame().named(name), series, partners, connected);
  }

  @Override
  public Table table() {
    StringColumn names = StringColumn.create("series");
    DoubleColumn xs = DoubleColumn.create(frame().xColumn());
    DoubleColumn ys = DoubleColumn.create(frame().yColumn());
    DoubleColumn lows = DoubleColumn.create("low");
    DoubleColumn highs = DoubleColumn.create("high");
    for (Series each : series) {
      for (int i = 0; i < each.xs().length; i++) {
        names.append(each.name());
        xs.append(each.xs()[i]);
        ys.append(each.ys()[i]);
        lows.append(each.low(i));
        highs.append(each.high(i));
      }
    }
    Table table = Table.create(title(), names, xs, ys);
    return series.stream().anyMatch(Series::hasIntervals) ? table.addColumns(lows, highs) : table;
  }

  @Override
  public String summary() {
    String axes =
        "%s%s against %s%s"
            .formatted(
                frame().yLabel(),
                frame().logY() ? " [logarithmic]" : "",
                frame().xLabel(),
                frame().logX() ? " [logarithmic]" : "");
    return series.stream()
        .map(this::words)
        .collect(Collectors.joining("\n  ", "Figure '" + title() + "': " + axes + "\n  ", ""))
        .stripTrailing();
  }

  private String words(Series each) {
    String what =
        switch (each.kind()) {
          case LINE, POINTS -> each.xs().length + (each.xs().length == 1 ? " point" : " points");
          case CURVE -> "a curve";
        };
    return "%s: %s, %s %s, %s %s%s"
        .formatted(
            each.name(),
            what,
            frame().xLabel(),
            Series.range(each.xs()),
            frame().yLabel(),
            Series.range(each.ys()),
            each.hasIntervals() ? ", intervals from " + each.ends() : "");
  }

  @Override
  Canvas.Painter painter() {
    if (series.isEmpty()) {
      throw new IllegalStateException(
          "Figure '%s' has no series yet; add one by series(name, xs, ys)".formatted(title()));
    }
    return this::paint;
  }

  private void paint(Graphics2D graphics, int width, int height) {
    List<Look> looks = looks();
    Legend legend = new Legend(looks.stream().map(Look::legend).toList(), width);
    int legendHeight = series.size() == 1 ? 0 : legend.height() + 8;
    XYChart chart = new XYChart(width, height - legendHeight);
    Style.apply(chart.getStyler());
    chart.setTitle(title());
    chart.setXAxisTitle(frame().xLabel());
    chart.setYAxisTitle(frame().yLabel());
    axes(chart, width);
    for (Look look : looks) {
      look.draw(chart, x -> doubling() ? 1 + Math.log(x) / Math.log(2) : x);
    }
    chart.paint(graphics, width, height - legendHeight);
    if (series.size() > 1) {
      legend.paint(graphics, width, height - legendHeight);
    }
  }

  private void axes(XYChart chart, int width) {
    XYStyler styler = chart.getStyler();
    styler.setXAxisLogarithmic(frame().logX() && !doubling()).setYAxisLogarithmic(frame().logY());
    styler.setXAxisLogarithmicDecadeOnly(false).setYAxisLogarithmicDecadeOnly(false);
    if (frame().logY()) {
      styler.setYAxisTickLabelsFormattingFunction(Style::logTick);
    } else if (series.stream().allMatch(each -> each.lowest() >= 0)) {
      styler.setYAxisMin(0.0);
    }
    if (doubling()) {
      double doublings = Math.log(greatest() / least()) / Math.log(2);
      styler.setXAxisTickMarkSpacingHint(Style.tickSpacing(width, doublings));
      styler.setXAxisTickLabelsFormattingFunction(XyFigure::powerOfTwo);
    } else if (frame().logX()) {
      styler.setXAxisTickLabelsFormattingFunction(Style::logTick);
    } else if (countsFewThings()) {
      styler.setXAxisTickMarkSpacingHint(Style.tickSpacing(width, greatest() - least()));
      styler.setXAxisTickLabelsFormattingFunction(XyFigure::wholeNumber);
    }
  }

  private List<Look> looks() {
    List<Look> looks = new ArrayList<>();
    int computed = 0;
    for (Series each : series) {
      int index = each.isCurve() ? computed++ : looks.size() - computed;
      Color own = each.isCurve() ? Style.computed(index) : Style.color(index);
      String partner = partners.get(each.name());
      Color color =
          looks.stream()
              .filter(look -> look.series().name().equals(partner))
              .map(Look::color)
              .findFirst()
              .orElse(own);
      looks.add(new Look(each, index, color));
    }
    return looks;
  }

  private double least() {
    return series.stream().mapToDouble(Series::least).min().orElse(0);
  }

  private double greatest() {
    return series.stream().mapToDouble(Series::greatest).max().orElse(1);
  }

  /** Whether x counts workers or the like, so that 1.5 has no place on its axis. */
  private boolean countsFewThings() {
    return least() >= 0 && greatest() - least() <= 16 && measuredXs(x -> true);
  }

  /** Whether a logarithmic x axis shows 1, 2, 4, 8 …, as the sizes of batches are. */
  private boolean doubling() {
    return frame().logX() && least() >= 1 && measuredXs(x -> Long.bitCount((long) x) == 1);
  }

  private boolean measuredXs(DoublePredicate all) {
    double[] xs =
        series.stream()
            .filter(each -> !each.isCurve())
            .flatMapToDouble(each -> DoubleStream.of(each.xs()))
            .toArray();
    return xs.length > 0 && DoubleStream.of(xs).allMatch(x -> x == Math.rint(x) && all.test(x));
  }

  private static String wholeNumber(double x) {
    return Math.abs(x - Math.rint(x)) < 1e-9 ? Long.toString(Math.round(x)) : " ";
  }

  /** The axis of doublings begins at 1 for 1, since XChart wants no 0 there. */
  private static String powerOfTwo(double x) {
    return Math.abs(x - Math.rint(x)) < 1e-9 ? number(Math.pow(2, Math.rint(x) - 1)) : " ";
  }

  private void requirePositive(Series each) {
    if (frame().logX() && DoubleStream.of(each.xs()).anyMatch(x -> x <= 0)) {
      throw new IllegalArgumentException(
          "Series '%s' has an x value that is not above 0, which a logarithmic axis cannot show"
              .formatted(each.name()));
    }
    if (frame().logY() && each.lowest() <= 0) {
      throw new IllegalArgumentException(
          "Series '%s' has a y value or error bar that is not above 0, which a logarithmic axis"
                  .formatted(each.name())
              + " cannot show");
    }
  }

  private XyFigure with(Series next) {
    return new XyFigure(frame(), Series.append(series, next), partners, connected);
  }
}
