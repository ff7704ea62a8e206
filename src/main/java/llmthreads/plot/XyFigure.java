package llmthreads.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoublePredicate;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * Lines, points and curves over a numeric x axis. The y axis begins at 0 unless it is logarithmic
 * or a value is negative, so that heights can be compared.
 */
public final class XyFigure extends Figure {
  /** A line through more points than this has markers at a few of them only. */
  private static final int MOST_MARKERS = 60;

  private final List<Series> series;
  private final boolean connected;

  private XyFigure(Frame frame, List<Series> series, boolean connected) {
    super(frame);
    this.series = series;
    this.connected = connected;
    for (Series each : series) {
      requirePositive(each);
    }
  }

  static XyFigure empty(Frame frame, boolean connected) {
    return new XyFigure(frame, List.of(), connected);
  }

  /** With measured values. */
  public XyFigure series(String name, double[] xs, double[] ys) {
    return series(name, xs, ys, new double[0]);
  }

  /**
   * With measured values and their error bars.
   *
   * @param errors half the height of each bar, in units of y
   */
  public XyFigure series(String name, double[] xs, double[] ys, double[] errors) {
    Series.Kind kind = connected ? Series.Kind.LINE : Series.Kind.POINTS;
    return with(new Series(name, kind, xs, ys, errors));
  }

  /** With measured values from lists or Tablesaw columns. */
  public XyFigure series(
      String name, Iterable<? extends Number> xs, Iterable<? extends Number> ys) {
    return series(name, Series.doubles(xs), Series.doubles(ys));
  }

  /** With measured values and error bars from lists or Tablesaw columns. */
  public XyFigure series(
      String name,
      Iterable<? extends Number> xs,
      Iterable<? extends Number> ys,
      Iterable<? extends Number> errors) {
    return series(name, Series.doubles(xs), Series.doubles(ys), Series.doubles(errors));
  }

  /** With points that no line connects. */
  public XyFigure points(String name, double[] xs, double[] ys) {
    return with(new Series(name, Series.Kind.POINTS, xs, ys, new double[0]));
  }

  /** With computed values, drawn as a dashed line: a prediction beside what was measured. */
  public XyFigure curve(String name, double[] xs, double[] ys) {
    return with(new Series(name, Series.Kind.CURVE, xs, ys, new double[0]));
  }

  /** With a formula, drawn as a dashed line: a prediction beside what was measured. */
  public XyFigure curve(String name, DoubleUnaryOperator formula, double from, double to) {
    return with(Series.curve(name, formula, from, to));
  }

  /** With a logarithmic x axis. */
  public XyFigure logX() {
    return new XyFigure(frame().withLogX(), series, connected);
  }

  /** With a logarithmic y axis. */
  public XyFigure logY() {
    return new XyFigure(frame().withLogY(), series, connected);
  }

  @Override
  public XyFigure named(String name) {
    return new XyFigure(frame().named(name), series, connected);
  }

  @Override
  public Table table() {
    StringColumn names = StringColumn.create("series");
    DoubleColumn xs = DoubleColumn.create(frame().xColumn());
    DoubleColumn ys = DoubleColumn.create(frame().yColumn());
    DoubleColumn errors = DoubleColumn.create("error");
    for (Series each : series) {
      for (int i = 0; i < each.xs().length; i++) {
        names.append(each.name());
        xs.append(each.xs()[i]);
        ys.append(each.ys()[i]);
        errors.append(each.error(i));
      }
    }
    Table table = Table.create(title(), names, xs, ys);
    return series.stream().anyMatch(Series::hasErrors) ? table.addColumns(errors) : table;
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
            each.hasErrors() ? ", errors ± " + Series.range(each.errors()) : "");
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
      boolean curve = each.kind() == Series.Kind.CURVE;
      int index = curve ? computed++ : looks.size() - computed;
      looks.add(new Look(each, index));
    }
    return looks;
  }

  /** How one series is drawn: measured ones by marker and colour, computed ones by their dashes. */
  private record Look(Series series, int index) {
    Color color() {
      boolean computed = series.kind() == Series.Kind.CURVE;
      return computed ? Style.computed(index) : Style.color(index);
    }

    BasicStroke line() {
      return switch (series.kind()) {
        case LINE -> Style.solid(2);
        case POINTS -> null;
        case CURVE -> Style.dashed(2, index);
      };
    }

    Marker marker() {
      return series.kind() == Series.Kind.CURVE ? null : Style.marker(index);
    }

    Legend.Entry legend() {
      return new Legend.Entry(series.name(), color(), line(), marker());
    }

    void draw(XYChart chart, DoubleUnaryOperator place) {
      boolean many = series.kind() == Series.Kind.LINE && series.xs().length > MOST_MARKERS;
      Series drawn = (many ? series.thinned(800) : series).at(place);
      XYSeries added =
          drawn.hasErrors()
              ? chart.addSeries(drawn.name(), drawn.xs(), drawn.ys(), drawn.errors())
              : chart.addSeries(drawn.name(), drawn.xs(), drawn.ys());
      // Only a smooth line is drawn in one stroke, and only in one stroke dashes come out.
      added.setSmooth(series.kind() == Series.Kind.CURVE);
      added.setLineColor(color()).setLineStyle(line() == null ? SeriesLines.NONE : line());
      added.setMarkerColor(color());
      added.setMarker(many || marker() == null ? SeriesMarkers.NONE : marker());
      if (many) {
        Series few = series.every(Math.ceilDiv(series.xs().length, 12)).at(place);
        XYSeries markers = chart.addSeries(few.name() + " (markers)", few.xs(), few.ys());
        markers.setLineStyle(SeriesLines.NONE);
        markers.setMarker(marker()).setMarkerColor(color());
      }
    }
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
            .filter(each -> each.kind() != Series.Kind.CURVE)
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
    return new XyFigure(frame(), Series.append(series, next), connected);
  }
}
