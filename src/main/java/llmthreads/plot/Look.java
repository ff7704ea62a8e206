package llmthreads.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.util.function.DoubleUnaryOperator;
import llmthreads.measure.Interval;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** How one series is drawn: measured ones by marker and colour, computed ones by their dashes. */
record Look(Series series, int index, Color color) {
  /** A line through more points than this has markers at a few of them only. */
  private static final int MOST_MARKERS = 60;

  BasicStroke line() {
    return switch (series.kind()) {
      case LINE -> Style.solid(2);
      case POINTS -> null;
      case CURVE -> Style.dashed(2, index);
    };
  }

  Marker marker() {
    return series.isCurve() ? null : Style.marker(index);
  }

  Legend.Entry legend() {
    return new Legend.Entry(series.name(), color(), line(), marker());
  }

  void draw(XYChart chart, DoubleUnaryOperator place) {
    boolean many = series.kind() == Series.Kind.LINE && series.xs().length > MOST_MARKERS;
    Series drawn = (many ? series.thinned(800) : series).at(place);
    if (drawn.hasIntervals()) {
      drawIntervals(chart, drawn);
    }
    XYSeries added = chart.addSeries(drawn.name(), drawn.xs(), drawn.ys());
    // Only a smooth line is drawn in one stroke, and only in one stroke dashes come out.
    added.setSmooth(series.isCurve());
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

  /** XChart's error bars are as long above as below: so they stand on the intervals' middles. */
  private void drawIntervals(XYChart chart, Series drawn) {
    double[] middles =
        drawn.intervals().stream().mapToDouble(each -> (each.low() + each.high()) / 2).toArray();
    double[] halves = drawn.intervals().stream().mapToDouble(Interval::halfWidth).toArray();
    XYSeries bars = chart.addSeries(drawn.name() + " (intervals)", drawn.xs(), middles, halves);
    bars.setLineStyle(SeriesLines.NONE).setLineColor(color());
    bars.setMarker(SeriesMarkers.NONE);
  }
}
