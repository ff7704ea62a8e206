package llmthreads.plot;

import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategorySeries;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** Bars from 0 up (or down), one for each category, side by side where there are several series. */
public final class BarFigure extends Figure {
  private final List<Bars> series;

  /** One value for each category; errors empty where there are none. */
  private record Bars(String name, List<String> categories, double[] values, double[] errors) {
    Bars {
      Objects.requireNonNull(name, "name of a series of bars");
      categories = List.copyOf(categories);
      double[] positions = new double[categories.size()];
      Series checked = new Series(name, Series.Kind.LINE, positions, values, errors);
      values = checked.ys();
      errors = checked.errors();
    }

    /** Where the bar or its error bar ends, at least 0. */
    double top(int i) {
      return Math.max(0, values[i] + (errors.length > 0 ? errors[i] : 0));
    }

    double error(int i) {
      return errors.length > 0 ? errors[i] : Double.NaN;
    }
  }

  private BarFigure(Frame frame, List<Bars> series) {
    super(frame);
    this.series = series;
  }

  static BarFigure empty(Frame frame) {
    return new BarFigure(frame, List.of());
  }

  /** With one bar more, in a series that is called as the y axis. */
  public BarFigure bar(String category, double value) {
    return bar(category, value, 0);
  }

  /** With one bar more and half the height of its error bar, which is 0 where there is none. */
  public BarFigure bar(String category, double value, double error) {
    String name = frame().yLabel();
    if (series.isEmpty()) {
      return with(new Bars(name, List.of(category), new double[] {value}, new double[] {error}));
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
    return new BarFigure(
        frame(),
        List.of(
            new Bars(
                name,
                categories,
                appended(before.values(), value),
                appended(before.errors(), error))));
  }

  /** With a series of bars, a value for each category. */
  public BarFigure series(String name, List<String> categories, double... values) {
    return with(new Bars(name, categories, values, new double[0]));
  }

  /**
   * With a series of bars and their error bars.
   *
   * @param errors half the height of each error bar, in units of y
   */
  public BarFigure series(String name, List<String> categories, double[] values, double[] errors) {
    return with(new Bars(name, categories, values, errors));
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
    DoubleColumn errors = DoubleColumn.create("error");
    for (Bars each : series) {
      for (int i = 0; i < each.values().length; i++) {
        names.append(each.name());
        categories.append(each.categories().get(i));
        values.append(each.values()[i]);
        errors.append(each.error(i));
      }
    }
    Table table = Table.create(title(), names, categories, values);
    return hasErrors() ? table.addColumns(errors) : table;
  }

  private boolean hasErrors() {
    return series.stream().anyMatch(each -> Arrays.stream(each.errors()).anyMatch(e -> e > 0));
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
      String error = bars.error(i) > 0 ? " ± " + number(bars.error(i)) : "";
      parts.add(bars.categories().get(i) + " " + number(bars.values()[i]) + error);
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
    chart.getStyler().setErrorBarsColorSeriesColor(false).setErrorBarsColor(Style.INK);
    if (series.stream().flatMapToDouble(each -> Arrays.stream(each.values())).min().orElse(0)
        >= 0) {
      // Bars stand on the axis, and their values have room above the highest.
      chart.getStyler().setPlotContentSize(1);
      chart.getStyler().setYAxisMin(0.0).setYAxisMax(Math.max(1e-9, 1.12 * highest()));
    }
    for (int i = 0; i < series.size(); i++) {
      add(chart, series.get(i)).setFillColor(Style.color(i));
    }
    chart.paint(graphics, width, height - legendHeight);
    values(graphics, chart);
    if (series.size() > 1) {
      legend.paint(graphics, width, height - legendHeight);
    }
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

  /** Writes each bar's value above it, unless they would run into each other. */
  private void values(Graphics2D graphics, CategoryChart chart) {
    graphics.setFont(Style.font(Font.PLAIN, 12));
    graphics.setColor(Style.INK);
    FontMetrics metrics = graphics.getFontMetrics();
    double category = chart.getScreenXFromChart(1) - chart.getScreenXFromChart(0);
    double slot = category * fill() / series.size();
    double room = series.size() == 1 ? category : slot;
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
        double middle = chart.getScreenXFromChart(i + 0.5) + slot * (s - (series.size() - 1) / 2.0);
        double y = chart.getScreenYFromChart(each.top(i)) - 5;
        graphics.drawString(text, (float) (middle - metrics.stringWidth(text) / 2.0), (float) y);
      }
    }
  }

  private CategorySeries add(CategoryChart chart, Bars each) {
    List<Double> values = Arrays.stream(each.values()).boxed().toList();
    return hasErrors() && each.errors().length > 0
        ? chart.addSeries(
            each.name(), each.categories(), values, Arrays.stream(each.errors()).boxed().toList())
        : chart.addSeries(each.name(), each.categories(), values);
  }
}
