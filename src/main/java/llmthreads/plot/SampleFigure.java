package llmthreads.plot;

import java.awt.Font;
import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * Raw samples, each a point, in the order in which they were taken from left to right, with a box
 * from the first quartile to the third and a line at the median.
 */
public final class SampleFigure extends Figure {
  private static final double HALF_BOX = 0.3;
  private final List<Group> groups;

  private record Group(String name, double[] samples) {
    Group {
      double[] positions = new double[samples.length];
      samples = new Series(name, Series.Kind.POINTS, positions, samples, List.of()).ys();
    }

    /**
     * The value that the given share of the samples does not exceed, linear between two samples.
     */
    double quantile(double share) {
      double[] sorted = samples.clone();
      Arrays.sort(sorted);
      double position = share * (sorted.length - 1);
      int below = (int) position;
      int above = Math.min(below + 1, sorted.length - 1);
      return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
  }

  private SampleFigure(Frame frame, List<Group> groups) {
    super(frame);
    this.groups = groups;
  }

  static SampleFigure empty(Frame frame) {
    return new SampleFigure(frame, List.of());
  }

  /** With a group of samples. */
  public SampleFigure group(String name, double... samples) {
    if (groups.stream().anyMatch(each -> each.name().equals(name))) {
      throw new IllegalArgumentException(
          "There is a group '%s' already; give the second another name".formatted(name));
    }
    List<Group> all = new ArrayList<>(groups);
    all.add(new Group(name, samples));
    return new SampleFigure(frame(), List.copyOf(all));
  }

  /** With a group of samples from a list or a Tablesaw column. */
  public SampleFigure group(String name, Iterable<? extends Number> samples) {
    return group(name, Series.doubles(samples));
  }

  @Override
  public SampleFigure named(String name) {
    return new SampleFigure(frame().named(name), groups);
  }

  @Override
  public Table table() {
    StringColumn names = StringColumn.create(frame().xColumn());
    IntColumn numbers = IntColumn.create("sample");
    DoubleColumn values = DoubleColumn.create(frame().yColumn());
    for (Group each : groups) {
      for (int i = 0; i < each.samples().length; i++) {
        names.append(each.name());
        numbers.append(i + 1);
        values.append(each.samples()[i]);
      }
    }
    return Table.create(title(), names, numbers, values);
  }

  @Override
  public String summary() {
    return groups.stream()
        .map(
            each ->
                "%s: %d samples, median %s, quartiles %s and %s, range %s"
                    .formatted(
                        each.name(),
                        each.samples().length,
                        number(each.quantile(0.5)),
                        number(each.quantile(0.25)),
                        number(each.quantile(0.75)),
                        Series.range(each.samples())))
        .collect(
            Collectors.joining(
                "\n  ",
                "Figure '"
                    + title()
                    + "': samples of "
                    + frame().yLabel()
                    + " for each "
                    + frame().xLabel()
                    + "\n  ",
                ""))
        .stripTrailing();
  }

  @Override
  Canvas.Painter painter() {
    if (groups.isEmpty()) {
      throw new IllegalStateException(
          "Figure '%s' has no samples yet; add some by group(name, samples)".formatted(title()));
    }
    return this::paint;
  }

  private void paint(Graphics2D graphics, int width, int height) {
    XYChart chart = new XYChart(width, height);
    Style.apply(chart.getStyler());
    chart.setTitle(title());
    chart.setXAxisTitle(frame().xLabel());
    chart.setYAxisTitle(frame().yLabel());
    double low = groups.stream().mapToDouble(each -> each.quantile(0)).min().orElse(0);
    double high = groups.stream().mapToDouble(each -> each.quantile(1)).max().orElse(1);
    double margin = Math.max(1e-9, 0.06 * (high - Math.min(0, low)));
    double bottom = low >= 0 ? 0 : low - margin;
    chart.getStyler().setPlotContentSize(1).setMarkerSize(6);
    chart.getStyler().setXAxisMin(0.4).setXAxisMax(groups.size() + 0.6);
    chart.getStyler().setYAxisMin(bottom).setYAxisMax(high + margin);
    // XChart would label both ends of the axis only; blanks keep the room for the groups' names.
    chart.getStyler().setXAxisTickLabelsFormattingFunction(x -> " ");
    for (int i = 0; i < groups.size(); i++) {
      draw(chart, i + 1, groups.get(i));
    }
    chart.paint(graphics, width, height);
    graphics.setFont(Style.font(Font.PLAIN, 13));
    graphics.setColor(Style.INK);
    for (int i = 0; i < groups.size(); i++) {
      String name = groups.get(i).name();
      double left = chart.getScreenXFromChart(i + 1.0);
      left -= graphics.getFontMetrics().stringWidth(name) / 2.0;
      graphics.drawString(name, (float) left, (float) chart.getScreenYFromChart(bottom) + 15);
    }
  }

  private static void draw(XYChart chart, int at, Group group) {
    double[] samples = group.samples();
    double[] places = new double[samples.length];
    for (int i = 0; i < places.length; i++) {
      double share = samples.length == 1 ? 0.5 : (double) i / (samples.length - 1);
      places[i] = at + 1.7 * HALF_BOX * (share - 0.5);
    }
    XYSeries points = chart.addSeries(group.name(), places, samples);
    points.setLineStyle(SeriesLines.NONE).setLineColor(Style.color(at - 1));
    points.setMarker(Style.marker(at - 1)).setMarkerColor(Style.color(at - 1));
    double low = group.quantile(0.25);
    double high = group.quantile(0.75);
    double left = at - HALF_BOX;
    double right = at + HALF_BOX;
    line(
        chart,
        group.name() + " quartiles",
        new double[] {left, right, right, left, left},
        new double[] {low, low, high, high, low},
        1.5f);
    double median = group.quantile(0.5);
    line(
        chart,
        group.name() + " median",
        new double[] {left, right},
        new double[] {median, median},
        3f);
  }

  private static void line(XYChart chart, String name, double[] xs, double[] ys, float width) {
    XYSeries drawn = chart.addSeries(name, xs, ys);
    drawn.setLineStyle(Style.solid(width)).setLineColor(Style.INK);
    drawn.setMarker(SeriesMarkers.NONE);
  }
}
