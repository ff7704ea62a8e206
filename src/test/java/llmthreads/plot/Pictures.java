package llmthreads.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.HashSet;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;

/** What every picture must be, whatever it shows. */
final class Pictures {
  private Pictures() {}

  static BufferedImage decode(byte[] png) throws Exception {
    return ImageIO.read(new ByteArrayInputStream(png));
  }

  static Document parse(byte[] svg) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    return factory.newDocumentBuilder().parse(new ByteArrayInputStream(svg));
  }

  static void assertSound(Figure figure) throws Exception {
    BufferedImage image = decode(figure.png());
    assertEquals(2 * figure.width(), image.getWidth(), "two pixels to a CSS pixel");
    assertEquals(2 * figure.height(), image.getHeight(), "two pixels to a CSS pixel");
    Set<Integer> colors = new HashSet<>();
    for (int y = 0; y < image.getHeight(); y += 2) {
      for (int x = 0; x < image.getWidth(); x += 2) {
        colors.add(image.getRGB(x, y));
      }
    }
    assertTrue(colors.size() > 8, "blank: only " + colors.size() + " colours");
    Document svg = parse(figure.svg());
    assertEquals(
        "svg",
        svg.getDocumentElement().getLocalName() == null
            ? svg.getDocumentElement().getTagName()
            : svg.getDocumentElement().getLocalName());
    assertEquals(figure.width() + "px", svg.getDocumentElement().getAttribute("width"));
    assertTrue(svg.getElementsByTagName("*").getLength() > 20, "an SVG of hardly any shapes");
  }
}
