package llmthreads.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.util.Locale;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.AxesChartStyler.TextAlignment;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * How all figures look. They bring their own light background, so that they read the same in a
 * light and in a dark notebook; series differ by marker and dashes as well as by colour.
 */
final class Style {
  static {
    // A figure is never a window, and a server has no screen; who has set it otherwise means it.
    if (System.getProperty("java.awt.headless") == null) {
      System.setProperty("java.awt.headless", "true");
    }
  }

  static final Color INK = new Color(0x22, 0x22, 0x22);
  static final Color SOFT_INK = new Color(0x55, 0x55, 0x55);
  static final Color WAITING = new Color(0xCF, 0xCF, 0xCF);
  static final Color GRID = new Color(0xE3, 0xE3, 0xE3);

  /** Size of a marker in CSS pixels. */
  static final int MARKER = 9;

  static final Color CURVE = new Color(0x77, 0x77, 0x77);

  /** Tells colours apart for all common kinds of colour vision: Okabe and Ito, 2008. */
  private static final int[] PALETTE = {
    0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0x444444, 0x56B4E9, 0xE69F00
  };

  private static final int[] SHADES = {0xF7F9FC, 0x9CC7E4, 0x3388C4, 0x0B3C7D};

  private static final int[] PREDICTED = {4, 3, 6, 2, 5};

  private static final Marker[] MARKERS = {
    SeriesMarkers.CIRCLE,
    SeriesMarkers.SQUARE,
    SeriesMarkers.TRIANGLE_UP,
    SeriesMarkers.DIAMOND,
    SeriesMarkers.TRIANGLE_DOWN,
    SeriesMarkers.CROSS,
    SeriesMarkers.PLUS
  };

  private static final float[][] DASHES = {{9, 5}, {2, 4}, {9, 4, 2, 4}, {16, 5}, {5, 2}, {2, 7}};

  private Style() {}

  static Color color(int index) {
    return new Color(PALETTE[index % PALETTE.length]);
  }

  /** Predictions: grey, then colours that the first measured series do not have. */
  static Color computed(int index) {
    return index == 0 ? CURVE : new Color(PALETTE[PREDICTED[index % PREDICTED.length]]);
  }

  /** From pale to dark blue; what lies outside 0 … 1 has the colour of the nearer end. */
  static Color shade(double share) {
    double place = Math.clamp(share, 0, 1) * (SHADES.length - 1);
    int i = (int) Math.min(place, SHADES.length - 2);
    float[] from = new Color(SHADES[i]).getRGBColorComponents(null);
    float[] to = new Color(SHADES[i + 1]).getRGBColorComponents(null);
    float[] mixed = new float[3];
    for (int c = 0; c < 3; c++) {
      mixed[c] = (float) (from[c] + (place - i) * (to[c] - from[c]));
    }
    return new Color(mixed[0], mixed[1], mixed[2]);
  }

  /** Black or white, whichever can be read on a colour. */
  static Color readableOn(Color background) {
    double light =
        0.299 * background.getRed() + 0.587 * background.getGreen() + 0.114 * background.getBlue();
    return light > 140 ? Color.BLACK : Color.WHITE;
  }

  static Marker marker(int index) {
    return MARKERS[index % MARKERS.length];
  }

  static BasicStroke solid(float width) {
    return new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
  }

  static BasicStroke dashed(float width, int index) {
    float[] dash = DASHES[index % DASHES.length];
    return new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, dash, 0);
  }

  /** The space to ask of XChart between the ticks of an axis so that each whole number has one. */
  static int tickSpacing(int width, double range) {
    return (int) Math.max(24, 0.7 * (width - 110) / Math.max(1, range));
  }

  /** A tick of a logarithmic axis: those at 1, 2 and 5 have a label, the ones between do not. */
  static String logTick(double value) {
    double power = Math.pow(10, Math.floor(Math.log10(value) + 1e-9));
    long mantissa = Math.round(value / power);
    return mantissa == 1 || mantissa == 2 || mantissa == 5 ? Figure.number(value) : " ";
  }

  static Font font(int style, int size) {
    return new Font(Font.SANS_SERIF, style, size);
  }

  /** Gives an XChart chart the looks of this project. */
  static void apply(AxesChartStyler styler) {
    styler
        .setChartBackgroundColor(Color.WHITE)
        .setPlotBackgroundColor(Color.WHITE)
        .setPlotBorderVisible(false)
        .setChartFontColor(INK)
        .setChartTitleFont(font(Font.BOLD, 17))
        .setChartTitleBoxVisible(false)
        .setChartTitlePadding(8)
        .setChartPadding(14)
        .setLegendVisible(false)
        .setAntiAlias(true)
        .setMarkerSize(MARKER)
        .setLocale(Locale.ROOT);
    styler
        .setAxisTitleFont(font(Font.PLAIN, 15))
        .setAxisTickLabelsFont(font(Font.PLAIN, 13))
        .setAxisTickLabelsColor(INK)
        .setAxisTickMarksColor(SOFT_INK)
        .setPlotGridLinesColor(GRID)
        .setPlotGridLinesStroke(new BasicStroke(1))
        .setPlotGridVerticalLinesVisible(false)
        .setPlotTicksMarksVisible(false)
        .setYAxisLabelAlignment(TextAlignment.Right)
        .setErrorBarsColorSeriesColor(true);
  }

  /**
   * Refuses where Java has no font to write with, in a sentence that says what to install.
   *
   * @throws IllegalStateException if there is none
   */
  static void requireFont() {
    try {
      FontRenderContext context = new FontRenderContext(null, true, true);
      if (font(Font.PLAIN, 12).getStringBounds("speed-up", context).getWidth() > 0) {
        return;
      }
    } catch (RuntimeException | LinkageError | InternalError missing) {
      throw noFont(missing);
    }
    throw noFont(null);
  }

  private static IllegalStateException noFont(Throwable cause) {
    return new IllegalStateException(
        "Java finds no font to draw figures with: install fontconfig and a font, on Debian and"
            + " Ubuntu by 'apt install fontconfig fonts-dejavu-core', and start again",
        cause);
  }
}
