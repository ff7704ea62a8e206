package llmthreads.plot;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import llmthreads.trace.Span;

/** Paints a timeline: title, lanes with their names and load, spans, time axis, legend. */
final class TimelinePainter implements Canvas.Painter {
  private static final int TOP = 52;
  private static final int RIGHT = 28;
  private static final int AXIS = 56;
  private static final int MOST_LANES_HEIGHT = 900;

  /** Narrower spans are drawn so wide, in CSS pixels, or nobody would see them. */
  private static final double LEAST_WIDTH = 0.6;

  private final TimelineFigure figure;
  private final double durationMs;

  TimelinePainter(TimelineFigure figure) {
    this.figure = figure;
    this.durationMs = Math.max(1e-6, figure.durationMs());
  }

  int height() {
    int lanes = figure.lanes().size();
    return (int) Math.ceil(TOP + lanes * laneHeight(lanes) + AXIS + legend().height() + 14);
  }

  private static double laneHeight(int lanes) {
    return Math.clamp((double) MOST_LANES_HEIGHT / Math.max(1, lanes), 5, 44);
  }

  @Override
  public void paint(Graphics2D graphics, int width, int height) {
    graphics.setFont(Style.font(Font.BOLD, 17));
    graphics.setColor(Style.INK);
    FontMetrics title = graphics.getFontMetrics();
    text(graphics, figure.title(), (width - title.stringWidth(figure.title())) / 2.0, 32);

    Map<String, List<Span>> lanes = figure.spansByLane();
    double laneHeight = laneHeight(lanes.size());
    double left = leftMargin(graphics, lanes);
    double plotWidth = width - RIGHT - left;
    double bottom = TOP + lanes.size() * laneHeight;
    axis(graphics, left, plotWidth, bottom);

    Map<String, Color> colors = colors();
    Map<String, Double> busy = figure.busy();
    double top = TOP;
    double labelled = Double.NEGATIVE_INFINITY;
    for (Map.Entry<String, List<Span>> lane : lanes.entrySet()) {
      if (top - labelled >= 13 - 1e-9) {
        label(
            graphics, lane.getKey(), busy.getOrDefault(lane.getKey(), 0.0), left, top, laneHeight);
        labelled = top;
      }
      List<Bar> bars = bars(lane.getValue(), left, plotWidth, top, laneHeight);
      for (int i = 0; i < bars.size(); i++) {
        double room = i + 1 < bars.size() ? bars.get(i + 1).box().x - bars.get(i).box().x : width;
        draw(graphics, bars.get(i), colors.get(bars.get(i).name()), room);
      }
      top += laneHeight;
    }
    legend().paint(graphics, width, bottom + AXIS);
  }

  /** Where one span stands in the picture, in CSS pixels. */
  record Bar(String name, Rectangle2D.Double box) {}

  /** The bars of one lane. Spans of one name that touch within a hair are one bar. */
  List<Bar> bars(List<Span> lane, double left, double plotWidth, double top, double laneHeight) {
    List<Bar> bars = new ArrayList<>();
    Deque<Span> open = new ArrayDeque<>();
    for (Span span : lane) {
      while (!open.isEmpty() && open.peek().endNs() <= span.startNs()) {
        open.pop();
      }
      double inset = laneHeight * (0.12 + 0.11 * Math.min(3, open.size()));
      double begin = left + plotWidth * figure.startMs(span) / durationMs;
      double end = left + plotWidth * figure.endMs(span) / durationMs;
      Bar last = bars.isEmpty() ? null : bars.getLast();
      boolean hair = end - begin < LEAST_WIDTH && last != null && last.name().equals(span.name());
      if (hair && last.box().y == top + inset && begin - last.box().getMaxX() < LEAST_WIDTH / 2) {
        last.box().width = Math.max(last.box().width, end - last.box().x);
      } else {
        bars.add(
            new Bar(
                span.name(),
                new Rectangle2D.Double(
                    begin,
                    top + inset,
                    Math.max(LEAST_WIDTH, end - begin),
                    laneHeight - 2 * inset)));
      }
      open.push(span);
    }
    return bars;
  }

  /** A bar, and its name where there is room for it before the next bar begins. */
  private static void draw(Graphics2D graphics, Bar bar, Color color, double room) {
    graphics.setColor(color);
    graphics.fill(bar.box());
    if (bar.box().width > 4) {
      graphics.setColor(Color.WHITE);
      graphics.setStroke(Style.solid(0.8f));
      graphics.draw(bar.box());
    }
    graphics.setFont(Style.font(Font.PLAIN, 12));
    FontMetrics metrics = graphics.getFontMetrics();
    double needed = metrics.stringWidth(bar.name()) + 8;
    if (needed < Math.min(room, bar.box().width) && bar.box().height >= 13) {
      graphics.setColor(Style.readableOn(color));
      text(graphics, bar.name(), bar.box().x + 4, bar.box().getCenterY() + 4.3);
    }
  }

  private Map<String, Color> colors() {
    Map<String, Color> colors = new LinkedHashMap<>();
    int used = 0;
    for (String name : figure.totalsMs().keySet()) {
      colors.put(name, TimelineFigure.waiting(name) ? Style.WAITING : Style.color(used++));
    }
    return colors;
  }

  private double leftMargin(Graphics2D graphics, Map<String, List<Span>> lanes) {
    graphics.setFont(Style.font(Font.PLAIN, 13));
    FontMetrics metrics = graphics.getFontMetrics();
    int widest = lanes.keySet().stream().mapToInt(metrics::stringWidth).max().orElse(0);
    return Math.clamp(widest + 32L, 90, 280);
  }

  private static void label(
      Graphics2D graphics, String lane, double busy, double left, double top, double laneHeight) {
    boolean two = laneHeight >= 34;
    double middle = top + laneHeight / 2;
    graphics.setFont(Style.font(Font.PLAIN, laneHeight < 15 ? 11 : 13));
    graphics.setColor(Style.INK);
    String shown = shortened(lane, graphics.getFontMetrics(), left - 28);
    double width = graphics.getFontMetrics().stringWidth(shown);
    text(graphics, shown, left - 12 - width, middle + (two ? -2 : 4.5));
    if (two) {
      String load = String.format(Locale.ROOT, "busy %.0f %%", 100 * busy);
      graphics.setFont(Style.font(Font.PLAIN, 11));
      graphics.setColor(Style.SOFT_INK);
      text(graphics, load, left - 12 - graphics.getFontMetrics().stringWidth(load), middle + 13);
    }
  }

  private static String shortened(String text, FontMetrics metrics, double room) {
    if (metrics.stringWidth(text) <= room) {
      return text;
    }
    int kept = text.length();
    while (kept > 1 && metrics.stringWidth("…" + text.substring(text.length() - kept)) > room) {
      kept--;
    }
    return "…" + text.substring(text.length() - kept);
  }

  private void axis(Graphics2D graphics, double left, double plotWidth, double bottom) {
    graphics.setFont(Style.font(Font.PLAIN, 13));
    graphics.setStroke(Style.solid(1));
    double step = niceStep(durationMs, plotWidth / 80);
    int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    for (int i = 0; i * step <= durationMs * (1 + 1e-9); i++) {
      double x = left + plotWidth * i * step / durationMs;
      graphics.setColor(Style.GRID);
      graphics.draw(new Line2D.Double(x, TOP, x, bottom));
      graphics.setColor(Style.INK);
      String tick = String.format(Locale.ROOT, "%." + decimals + "f", i * step);
      text(graphics, tick, x - graphics.getFontMetrics().stringWidth(tick) / 2.0, bottom + 19);
    }
    graphics.setColor(Style.SOFT_INK);
    graphics.draw(new Line2D.Double(left, bottom, left + plotWidth, bottom));
    graphics.setColor(Style.INK);
    graphics.setFont(Style.font(Font.PLAIN, 15));
    String label = figure.frame().xLabel();
    double width = graphics.getFontMetrics().stringWidth(label);
    text(graphics, label, left + (plotWidth - width) / 2, bottom + 42);
  }

  /** 1, 2 or 5 times a power of ten, such that about {@code most} steps fit. */
  static double niceStep(double range, double most) {
    double raw = range / Math.max(1, most);
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    for (int factor : new int[] {1, 2, 5}) {
      if (factor * power >= raw) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  private Legend legend() {
    Map<String, Double> totals = figure.totalsMs();
    List<Legend.Entry> entries = new ArrayList<>();
    colors()
        .forEach(
            (name, color) ->
                entries.add(
                    Legend.Entry.box(
                        name + ", " + Figure.number(totals.get(name)) + " ms", color)));
    return new Legend(entries, figure.width());
  }

  private static void text(Graphics2D graphics, String text, double x, double y) {
    graphics.drawString(text, (float) x, (float) y);
  }
}
