package llmthreads.plot;

import java.awt.BasicStroke;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.geom.Line2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import llmthreads.measure.Interval;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategorySeries;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** Bars from 0 up (or down), one for each category, side by side where there are several series. */
public final class BarFigure extends Figure {
  private static final Font TICKS = Style.font(Font.PLAIN, 13);

  private final List<Bars> series;

  private BarFigure(Frame frame, List<Bars> series) {
    super(frame);
    this.series = series;
  }

  static BarFigure empty(Frame frame) {
    return new BarFigure(frame, List.of());
  }

  /** With one bar more, in a series that is called as the y axis. */
  public BarFigure bar(String category, double value) {
    return bar(category, value, new Interval(value, value, 1));
  }

  /** With one bar more and the ends of its error bar. */
  public BarFigure bar(String category, double value, Interval interval) {
    String name = frame().yLabel();
    if (series.isEmpty()) {
      return with(new Bars(name, List.of(category), new double[] {value}, List.of(interval)));
    }
    Bars before = series.getFirst();
    if (series.size() > 1 || !before.name().equals(name)) {
      throw new IllegalStateException(
          "Figure '%s' has series of bars, so give '%s' as a value of one"
              .formatted(title(), category));
    }
    List<String> categories = new ArrayList<>(before.categories());
    if (categories.contains(category)) {
      throw new IllegalArgumentException("There is a bar '%s' already".formatted(category));
    }
    categories.add(category);
    List<Interval> intervals = new ArrayList<>(before.intervals());
    intervals.add(interval);
    return new BarFigure(
        frame(), List.of(new Bars(name, categories, appended(before.values(), value), intervals)));
  }

  /** With a series of bars, a value for each category. */
  public BarFigure series(String name, List<String> categories, double... values) {
    return with(new Bars(name, categories, values, List.of()));
  }

  /**
   * With a series of bars and their error bars, which need not be as long above as below.
   *
   * @param intervals where each value lies, in its units: the ends of its error bar
   */
  public BarFigure series(
      String name, List<String> categories, double[] values, List<Interval> intervals) {
    return with(new Bars(name, categories, values, intervals));
  }

  private BarFigure with(Bars next) {
    for (Bars each : series) {
      if (each.name().equals(next.name())) {
        throw new IllegalArgumentException(
            "There is a series '%s' already; give the second another name".formatted(next.name()));
      }
      if (!each.categories().equals(next.categories())) {
        throw new IllegalArgumentException(
            "Series '%s' has bars for %s, but series '%s' for %s"
                .formatted(next.name(), next.categories(), each.name(), each.categories()));
      }
    }
    List<Bars> all = new ArrayList<>(series);
    all.add(next);
    return new BarFigure(frame(), List.copyOf(all));
  }

  private static double[] appended(double[] values, double value) {
    double[] more = Arrays.copyOf(values, values.length + 1);
    more[values.length] = value;
    return more;
  }

  @Override
  public BarFigure named(String name) {
    return new BarFigure(frame().named(name), series);
  }

  @Override
  public Table table() {
    StringColumn names = StringColumn.create("series");
    StringColumn categories = StringColumn.create(frame().xColumn());
    DoubleColumn values = DoubleColumn.create(frame().yColumn());
    DoubleColumn lows = DoubleColumn.create("low");
    DoubleColumn highs = DoubleColumn.create("high");
    for (Bars each : series) {
      for (int i = 0; i < each.values().length; i++) {
        names.append(each.name());
        categories.append(each.categories().get(i));
        values.append(each.values()[i]);
        lows.append(each.low(i));
        highs.append(each.high(i));
      }
    }
    Table table = Table.create(title(), names, categories, values);
    return hasIntervals() ? table.addColumns(lows, highs) : table;
  }

  private boolean hasIntervals() {
    return series.stream()
        .flatMap(each -> each.intervals().stream())
        .anyMatch(interval -> interval.high() > interval.low());
  }

  @Override
  public String summary() {
    return series.stream()
        .map(BarFigure::words)
        .collect(
            Collectors.joining(
                "\n  ",
                "Figure '%s': bars of %s for each %s\n  "
                    .formatted(title(), frame().yLabel(), frame().xLabel()),
                ""))
        .stripTrailing();
  }

  private static String words(Bars bars) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < bars.values().length; i++) {
      String interval =
          bars.hasInterval(i)
              ? " (" + Series.range(new double[] {bars.low(i), bars.high(i)}) + ")"
              : "";
      parts.add(bars.categories().get(i) + " " + number(bars.values()[i]) + interval);
    }
    return bars.name() + ": " + String.join(", ", parts);
  }

  @Override
  Canvas.Painter painter() {
    if (series.isEmpty()) {
      throw new IllegalStateException(
          "Figure '%s' has no bars yet; add one by bar(category, value)".formatted(title()));
    }
    return this::paint;
  }

  private void paint(Graphics2D graphics, int width, int height) {
    List<Legend.Entry> entries = new ArrayList<>();
    series.forEach(each -> entries.add(Legend.Entry.box(each.name(), Style.color(entries.size()))));
    Legend legend = new Legend(entries, width);
    int legendHeight = series.size() == 1 ? 0 : legend.height() + 8;
    CategoryChart chart = new CategoryChart(width, height - legendHeight);
    Style.apply(chart.getStyler());
    chart.setTitle(title());
    chart.setXAxisTitle(frame().xLabel());
    chart.setYAxisTitle(frame().yLabel());
    chart.getStyler().setAvailableSpaceFill(fill());
    chart.getStyler().setXAxisLabelRotation(turn(width));
    if (lowest() >= 0) {
      // Bars stand on the axis, and their values have room above the highest.
      chart.getStyler().setPlotContentSize(1);
      chart.getStyler().setYAxisMin(0.0).setYAxisMax(Math.max(1e-9, 1.12 * highest()));
    } else if (hasIntervals()) {
      double room = 0.06 * (highest() - lowest());
      chart.getStyler().setYAxisMin(lowest() - room).setYAxisMax(highest() + room);
    }
    for (int i = 0; i < series.size(); i++) {
      add(chart, series.get(i)).setFillColor(Style.color(i));
    }
    chart.paint(graphics, width, height - legendHeight);
    intervals(graphics, chart);
    values(graphics, chart);
    if (series.size() > 1) {
      legend.paint(graphics, width, height - legendHeight);
    }
  }

  /** By how many degrees words below the bars are turned, since they would touch: or 0. */
  int turn(int width) {
    List<String> categories = series.getFirst().categories();
    FontRenderContext context = new FontRenderContext(null, true, true);
    double room = (width - 110.0) / categories.size();
    return categories.stream()
            .anyMatch(each -> TICKS.getStringBounds(each, context).getWidth() + 8 > room)
        ? 25
        : 0;
  }

  /** How much of its category's width the bars of a category fill. */
  private double fill() {
    return Math.min(0.8, 0.2 + 0.1 * series.getFirst().categories().size() * series.size());
  }

  private double highest() {
    double highest = 0;
    for (Bars each : series) {
      for (int i = 0; i < each.values().length; i++) {
        highest = Math.max(highest, each.top(i));
      }
    }
    return highest;
  }

  private double lowest() {
    double lowest = 0;
    for (Bars each : series) {
      for (int i = 0; i < each.values().length; i++) {
        lowest = Math.min(lowest, each.bottom(i));
      }
    }
    return lowest;
  }

  /** The width that a bar has for itself, on the page. */
  private double slot(CategoryChart chart) {
    double category = chart.getScreenXFromChart(1) - chart.getScreenXFromChart(0);
    return category * fill() / series.size();
  }

  /** Where the middle of a bar lies on the page. */
  private double middle(CategoryChart chart, int s, int i) {
    return chart.getScreenXFromChart(i + 0.5) + slot(chart) * (s - (series.size() - 1) / 2.0);
  }

  /** Draws the error bars; XChart's own are as long above as below. */
  private void intervals(Graphics2D graphics, CategoryChart chart) {
    graphics.setColor(Style.INK);
    graphics.setStroke(new BasicStroke(1.2f));
    double cap = Math.min(4, slot(chart) / 4);
    for (int s = 0; s < series.size(); s++) {
      Bars each = series.get(s);
      for (int i = 0; i < each.values().length; i++) {
        if (each.hasInterval(i)) {
          double x = middle(chart, s, i);
          double low = chart.getScreenYFromChart(each.low(i));
          double high = chart.getScreenYFromChart(each.high(i));
          graphics.draw(new Line2D.Double(x, low, x, high));
          graphics.draw(new Line2D.Double(x - cap, low, x + cap, low));
          graphics.draw(new Line2D.Double(x - cap, high, x + cap, high));
        }
      }
    }
  }

  /** Writes each bar's value above it, unless they would run into each other. */
  private void values(Graphics2D graphics, CategoryChart chart) {
    graphics.setFont(Style.font(Font.PLAIN, 12));
    graphics.setColor(Style.INK);
    FontMetrics metrics = graphics.getFontMetrics();
    double category = chart.getScreenXFromChart(1) - chart.getScreenXFromChart(0);
    double room = series.size() == 1 ? category : slot(chart);
    for (Bars each : series) {
      for (double value : each.values()) {
        if (metrics.stringWidth(number(value)) + 4 > room) {
          return;
        }
      }
    }
    for (int s = 0; s < series.size(); s++) {
      Bars each = series.get(s);
      for (int i = 0; i < each.values().length; i++) {
        String text = number(each.values()[i]);
        double middle = middle(chart, s, i);
        double y = chart.getScreenYFromChart(each.top(i)) - 5;
        graphics.drawString(text, (float) (middle - metrics.stringWidth(text) / 2.0), (float) y);
      }
    }
  }

  private CategorySeries add(CategoryChart chart, Bars each) {
    List<Double> values = Arrays.stream(each.values()).boxed().toList();
    return chart.addSeries(each.name(), each.categories(), values);
  }
}
