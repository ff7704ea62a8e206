package llmthreads.plot;

import java.util.stream.Collectors;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.AxesChart;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.internal.series.Series;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** A chart that somebody made with XChart, painted as it comes. */
final class ChartFigure extends Figure {
  private final Chart<?, ?> chart;

  ChartFigure(Chart<?, ?> chart) {
    this(frameOf(chart), chart);
  }

  private ChartFigure(Frame frame, Chart<?, ?> chart) {
    super(frame);
    this.chart = chart;
  }

  private static Frame frameOf(Chart<?, ?> chart) {
    String x = chart instanceof AxesChart<?, ?> axes ? axes.getXAxisTitle() : null;
    String y = chart instanceof AxesChart<?, ?> axes ? axes.getYAxisTitle() : null;
    return Frame.of(orElse(chart.getTitle(), "Chart"), orElse(x, "x"), orElse(y, "y"));
  }

  private static String orElse(String text, String other) {
    return text == null || text.isBlank() ? other : text;
  }

  @Override
  public Figure named(String name) {
    return new ChartFigure(frame().named(name), chart);
  }

  @Override
  public int width() {
    return chart.getWidth();
  }

  @Override
  public int height() {
    return chart.getHeight();
  }

  @Override
  public Table table() {
    StringColumn names = StringColumn.create("series");
    StringColumn xs = StringColumn.create(frame().xColumn());
    StringColumn ys = StringColumn.create(frame().yColumn());
    for (Series series : chart.getSeriesCollection()) {
      switch (series) {
        case XYSeries xy -> {
          for (int i = 0; i < xy.getXData().length; i++) {
            names.append(xy.getName());
            xs.append(Double.toString(xy.getXData()[i]));
            ys.append(Double.toString(xy.getYData()[i]));
          }
        }
        case CategorySeries bars -> {
          Object[] categories = bars.getXData().toArray();
          double[] values = bars.getYData();
          for (int i = 0; i < categories.length; i++) {
            names.append(bars.getName());
            xs.append(String.valueOf(categories[i]));
            ys.append(Double.toString(values[i]));
          }
        }
        default -> {
          names.append(series.getName());
          xs.append("");
          ys.append("");
        }
      }
    }
    return Table.create(title(), names, xs, ys);
  }

  @Override
  public String summary() {
    String names =
        chart.getSeriesCollection().stream().map(Series::getName).collect(Collectors.joining(", "));
    return "Figure '%s': %s against %s\n  series: %s"
        .formatted(title(), frame().yLabel(), frame().xLabel(), names);
  }

  @Override
  Canvas.Painter painter() {
    return chart::paint;
  }
}
