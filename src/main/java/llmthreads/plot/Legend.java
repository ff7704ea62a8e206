package llmthreads.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.style.markers.Marker;

/** What each series looks like, in rows below the picture. */
final class Legend {
  static final int ROW = 26;
  private static final int MARGIN = 28;
  private static final int GAP = 24;
  private static final int SAMPLE = 34;
  private static final int BOX = 13;
  private static final Font FONT = Style.font(Font.PLAIN, 14);

  /**
   * One series.
   *
   * @param line null where no line belongs to it
   * @param marker null where it has none; without both, a filled box stands for it
   */
  record Entry(String name, Color color, BasicStroke line, Marker marker) {
    static Entry box(String name, Color color) {
      return new Entry(name, color, null, null);
    }

    private int sample() {
      return line == null && marker == null ? BOX : SAMPLE;
    }

    private double width() {
      FontRenderContext context = new FontRenderContext(null, true, true);
      return sample() + 8 + FONT.getStringBounds(name, context).getWidth();
    }
  }

  private final List<List<Entry>> rows = new ArrayList<>();

  Legend(List<Entry> entries, int width) {
    double used = Double.POSITIVE_INFINITY;
    for (Entry entry : entries) {
      if (used + GAP + entry.width() > width - 2 * MARGIN) {
        rows.add(new ArrayList<>());
        used = -GAP;
      }
      rows.getLast().add(entry);
      used += GAP + entry.width();
    }
  }

  int height() {
    return rows.size() * ROW;
  }

  /** Paints the rows, each in the middle, from {@code top} down. */
  void paint(Graphics2D graphics, int width, double top) {
    double y = top + ROW / 2.0;
    for (List<Entry> row : rows) {
      double total = row.stream().mapToDouble(entry -> entry.width() + GAP).sum() - GAP;
      double x = (width - total) / 2;
      for (Entry entry : row) {
        paint(graphics, entry, x, y);
        x += entry.width() + GAP;
      }
      y += ROW;
    }
  }

  private static void paint(Graphics2D graphics, Entry entry, double x, double y) {
    graphics.setColor(entry.color());
    if (entry.line() == null && entry.marker() == null) {
      graphics.fill(new Rectangle2D.Double(x, y - BOX / 2.0, BOX, BOX));
    }
    if (entry.line() != null) {
      graphics.setStroke(entry.line());
      graphics.draw(new Line2D.Double(x, y, x + SAMPLE, y));
    }
    if (entry.marker() != null) {
      graphics.setStroke(Style.solid(2));
      entry.marker().paint(graphics, x + SAMPLE / 2.0, y, Style.MARKER);
    }
    graphics.setFont(FONT);
    graphics.setColor(Style.INK);
    graphics.drawString(entry.name(), (float) (x + entry.sample() + 8), (float) (y + 5));
  }
}
