package llmthreads.plot;

import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.intermediate.CommandSequence;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import javax.imageio.ImageIO;

/** Where figures are painted: pixels for PNG, shapes for SVG, by the same strokes. */
final class Canvas {
  /** Pixels to a CSS pixel, so that screens of twice the density show a sharp picture. */
  static final int SCALE = 2;

  private Canvas() {}

  /** Paints a picture of a size given in CSS pixels. */
  interface Painter {
    void paint(Graphics2D graphics, int width, int height);
  }

  static byte[] png(int width, int height, Painter painter) {
    Style.requireFont();
    BufferedImage image =
        new BufferedImage(width * SCALE, height * SCALE, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.scale(SCALE, SCALE);
      prepare(graphics, width, height);
      painter.paint(graphics, width, height);
    } finally {
      graphics.dispose();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static byte[] svg(int width, int height, Painter painter) {
    Style.requireFont();
    VectorGraphics2D graphics = new VectorGraphics2D();
    prepare(graphics, width, height);
    painter.paint(graphics, width, height);
    CommandSequence commands = graphics.getCommands();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      new SVGProcessor().getDocument(commands, new PageSize(0, 0, width, height)).writeTo(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // The machine that shows it may not have this font, and its own default is not 12 pixels.
    String text = bytes.toString(StandardCharsets.UTF_8);
    return text.replaceAll("(font-family:&quot;[^&]*&quot;)", "$1,sans-serif")
        .replaceAll("(,sans-serif;)(?!font-size)", "$1font-size:12px;")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void prepare(Graphics2D graphics, int width, int height) {
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, height);
  }
}
