package llmthreads.plot;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Paints a grid of cells: title, rows with their names, columns with theirs, a scale of colours.
 */
final class HeatPainter implements Canvas.Painter {
  private static final int TOP = 52;
  private static final int RIGHT = 28;
  private static final int SCALE_WIDTH = 260;
  private static final int SCALE_STEPS = 52;
  private static final int BELOW = 84;
  private static final Font SMALL = Style.font(Font.PLAIN, 12);
  private static final Font LABEL = Style.font(Font.PLAIN, 15);

  private final HeatFigure figure;
  private final double left;
  private final double cellWidth;
  private final double cellHeight;
  private final double columnNames;

  HeatPainter(HeatFigure figure) {
    this.figure = figure;
    this.left = 48 + widest(figure.rows().stream().map(HeatFigure.Row::name).toList());
    this.cellWidth = Math.min(120, (figure.width() - RIGHT - left) / figure.columns().size());
    this.cellHeight = Math.clamp(420.0 / Math.max(1, figure.rows().size()), 13, 34);
    double widest = widest(figure.columns());
    this.columnNames = widest + 8 > cellWidth ? widest : 14;
  }

  private static double widest(List<String> names) {
    FontRenderContext context = new FontRenderContext(null, true, true);
    return names.stream()
        .mapToDouble(name -> SMALL.getStringBounds(name, context).getWidth())
        .max()
        .orElse(0);
  }

  int height() {
    return (int) Math.ceil(bottom() + columnNames + BELOW);
  }

  private double bottom() {
    return TOP + figure.rows().size() * cellHeight;
  }

  @Override
  public void paint(Graphics2D graphics, int width, int height) {
    double middle = left + figure.columns().size() * cellWidth / 2;
    graphics.setColor(Style.INK);
    graphics.setFont(Style.font(Font.BOLD, 17));
    centred(graphics, figure.title(), width / 2.0, 32);
    graphics.setFont(LABEL);
    centred(graphics, figure.frame().xLabel(), middle, bottom() + columnNames + 28);
    upright(graphics, figure.frame().yLabel(), 22, (TOP + bottom()) / 2, true);
    graphics.setFont(SMALL);
    rowNames(graphics);
    columnNames(graphics);
    cells(graphics);
    scale(graphics, middle, bottom() + columnNames + 44);
  }

  private void rowNames(Graphics2D graphics) {
    FontMetrics metrics = graphics.getFontMetrics();
    for (int row = 0; row < figure.rows().size(); row++) {
      String name = figure.rows().get(row).name();
      double y = TOP + (row + 0.5) * cellHeight + 4;
      graphics.drawString(name, (float) (left - 8 - metrics.stringWidth(name)), (float) y);
    }
  }

  private void columnNames(Graphics2D graphics) {
    boolean lying = columnNames == 14;
    for (int column = 0; column < figure.columns().size(); column++) {
      String name = figure.columns().get(column);
      double x = left + (column + 0.5) * cellWidth;
      if (lying) {
        centred(graphics, name, x, bottom() + 16);
      } else {
        upright(graphics, name, x + 4, bottom() + 6, false);
      }
    }
  }

  private void cells(Graphics2D graphics) {
    OptionalInt decimals = decimals(graphics.getFontMetrics());
    for (int row = 0; row < figure.rows().size(); row++) {
      for (int column = 0; column < figure.columns().size(); column++) {
        double value = figure.rows().get(row).values()[column];
        Rectangle2D.Double cell =
            new Rectangle2D.Double(
                left + column * cellWidth, TOP + row * cellHeight, cellWidth, cellHeight);
        Color color = color(value);
        graphics.setColor(color);
        graphics.fill(cell);
        graphics.setColor(Style.GRID);
        graphics.setStroke(Style.solid(0.5f));
        graphics.draw(cell);
        if (decimals.isPresent()) {
          graphics.setColor(Style.readableOn(color));
          String text = rounded(value, decimals.getAsInt());
          centred(graphics, text, cell.getCenterX(), cell.getCenterY() + 4);
        }
      }
    }
  }

  /** With how many decimals every value has room in its cell: enough for three digits, or two. */
  private OptionalInt decimals(FontMetrics metrics) {
    double size = Math.max(Math.abs(figure.lightest()), Math.abs(figure.darkest()));
    int most = (int) Math.clamp(2 - Math.floor(Math.log10(size)), 0, 4);
    return IntStream.of(most, Math.max(0, most - 1))
        .filter(
            decimals ->
                cellHeight >= 16
                    && figure
                        .values()
                        .allMatch(
                            value ->
                                metrics.stringWidth(rounded(value, decimals)) + 4 <= cellWidth))
        .findFirst();
  }

  private static String rounded(double value, int decimals) {
    return value == 0 ? "0" : String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  private Color color(double value) {
    double lightest = figure.lightest();
    return Style.shade((value - lightest) / (figure.darkest() - lightest));
  }

  /** In small boxes, since SVG has no colour that flows. */
  private void scale(Graphics2D graphics, double middle, double top) {
    double x = middle - SCALE_WIDTH / 2.0;
    double step = (double) SCALE_WIDTH / SCALE_STEPS;
    for (int i = 0; i < SCALE_STEPS; i++) {
      graphics.setColor(Style.shade((i + 0.5) / SCALE_STEPS));
      graphics.fill(new Rectangle2D.Double(x + i * step, top, step, 12));
    }
    graphics.setColor(Style.INK);
    String low = Figure.number(figure.lightest());
    double lowWidth = graphics.getFontMetrics().stringWidth(low);
    graphics.drawString(low, (float) (x - 8 - lowWidth), (float) (top + 11));
    String high = Figure.number(figure.darkest());
    graphics.drawString(high, (float) (x + SCALE_WIDTH + 8), (float) (top + 11));
    centred(graphics, figure.valueLabel(), middle, top + 28);
  }

  private static void centred(Graphics2D graphics, String text, double x, double y) {
    double width = graphics.getFontMetrics().stringWidth(text);
    graphics.drawString(text, (float) (x - width / 2), (float) y);
  }

  /** Writes from below to above, around a height or up to it. */
  private static void upright(
      Graphics2D graphics, String text, double x, double y, boolean centred) {
    double width = graphics.getFontMetrics().stringWidth(text);
    AffineTransform before = graphics.getTransform();
    graphics.translate(x, y + (centred ? width / 2 : width));
    graphics.rotate(-Math.PI / 2);
    graphics.drawString(text, 0, 0);
    graphics.setTransform(before);
  }
}
