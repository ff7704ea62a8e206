import java.awt.Font;
import java.awt.font.FontRenderContext;

/** Measures a word as a figure's title would be; fails where the system has no font. */
class FontCheck {
  public static void main(String[] arguments) {
    try {
      FontRenderContext context = new FontRenderContext(null, true, true);
      double width =
          new Font("SansSerif", Font.PLAIN, 12).getStringBounds("speed-up", context).getWidth();
      System.exit(width > 0 ? 0 : 3);
    } catch (Throwable missing) {
      System.out.println(missing);
      System.exit(3);
    }
  }
}
