package llmthreads.kernel.display;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RenderersTest {
  private final List<String> warnings = new ArrayList<>();
  private final Renderers renderers =
      new Renderers(RenderersTest.class.getClassLoader(), warnings::add);

  private static <T> Renderer<T> html(Class<T> type, String html) {
    return new Renderer<>() {
      @Override
      public Class<T> type() {
        return type;
      }

      @Override
      public MimeBundle render(T value) {
        return new MimeBundle(Map.of(), Map.of()).with(MimeBundle.HTML, html);
      }
    };
  }

  private String html(Object value) {
    return renderers.render(value).data().get(MimeBundle.HTML).getAsString();
  }

  private String text(Object value) {
    return renderers.render(value).data().get(MimeBundle.TEXT).getAsString();
  }

  @Test
  void theRendererOfTheMostSpecificTypeIsAsked() {
    renderers.register(html(Collection.class, "collection"));
    renderers.register(html(List.class, "list"));
    renderers.register(html(Object.class, "object"));
    assertEquals("list", html(List.of(1)));
    assertEquals("collection", html(Set.of(1)));
    assertEquals("object", html(1));
  }

  @Test
  void ofTwoForOneTypeTheLaterCounts() {
    renderers.register(html(List.class, "old"));
    renderers.register(html(List.class, "new"));
    assertEquals("new", html(List.of()));
  }

  @Test
  void plainTextIsAddedToRichForms() {
    renderers.register(html(List.class, "list"));
    assertEquals("[1, 2]", text(List.of(1, 2)));
  }

  @Test
  void aDisplayableSpeaksForItself() {
    Displayable own = () -> MimeBundle.text("own");
    renderers.register(html(Object.class, "object"));
    assertEquals(Set.of(MimeBundle.TEXT), renderers.render(own).data().keySet());
  }

  @Test
  void imagesArePngWithAWordOnTheirSize() {
    MimeBundle bundle = renderers.render(new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB));
    assertEquals("Image, 3 × 2 pixels", bundle.data().get(MimeBundle.TEXT).getAsString());
    assertTrue(bundle.data().get(MimeBundle.PNG).getAsString().startsWith("iVBORw0KGgo"));
  }

  @Test
  void arraysShowTheirElements() {
    assertEquals("[[1, 2], [3]]", text(new int[][] {{1, 2}, {3}}));
    assertEquals("{a=[1]}", text(Map.of("a", new long[] {1})));
  }

  @Test
  void whatIsHugeIsCutAndSaysSo() {
    String cut = text(IntStream.range(0, 5000).boxed().toList());
    assertTrue(cut.endsWith(", 199, … (200 of 5,000 elements shown)]"), cut);
    String text = text("x".repeat(60_000));
    assertTrue(text.endsWith("… (50,000 of 60,000 characters shown)"), text.substring(49_990));
  }

  @Test
  void onlyTheFormsAskedForAndTextAreKept() {
    MimeBundle all = MimeBundle.text("t").with(MimeBundle.HTML, "h").with(MimeBundle.SVG, "s");
    assertEquals(
        Set.of(MimeBundle.TEXT, MimeBundle.SVG), all.only(Set.of(MimeBundle.SVG)).data().keySet());
  }
}
