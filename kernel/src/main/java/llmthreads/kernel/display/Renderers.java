package llmthreads.kernel.display;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** All the ways to show a value, and the choice among them. Safe for use by several threads. */
public final class Renderers {
  private final List<Renderer<?>> renderers = new CopyOnWriteArrayList<>();
  private final Consumer<String> warnings;

  /**
   * Finds the renderers on the class path.
   *
   * @param warnings gets a sentence for each renderer that does not load or fails
   */
  public Renderers(ClassLoader loader, Consumer<String> warnings) {
    this.warnings = warnings;
    @SuppressWarnings("rawtypes")
    Iterator<Renderer> found = ServiceLoader.load(Renderer.class, loader).iterator();
    for (Optional<Renderer<?>> each = next(found); each != null; each = next(found)) {
      each.ifPresent(renderers::add);
    }
  }

  /** Adds a renderer; it goes before older ones of the same type. */
  public void register(Renderer<?> renderer) {
    renderers.addFirst(renderer);
  }

  /** The forms of a value, plain text among them. */
  public MimeBundle render(Object value) {
    MimeBundle rich = rich(value);
    if (rich.data().containsKey(MimeBundle.TEXT)) {
      return rich;
    }
    Map<String, com.google.gson.JsonElement> data =
        new LinkedHashMap<>(MimeBundle.text(PlainText.of(value)).data());
    data.putAll(rich.data());
    return new MimeBundle(data, rich.metadata());
  }

  private MimeBundle rich(Object value) {
    MimeBundle none = new MimeBundle(Map.of(), Map.of());
    if (value == null) {
      return none;
    }
    if (value instanceof MimeBundle bundle) {
      return bundle;
    }
    try {
      if (value instanceof Displayable displayable) {
        return displayable.present();
      }
      Renderer<?> best = best(value);
      if (best != null) {
        return render(best, value);
      }
      return value instanceof BufferedImage image ? image(image) : none;
    } catch (RuntimeException | LinkageError e) {
      warnings.accept(
          "The rich form of a "
              + value.getClass().getName()
              + " failed, so here is its text: "
              + e);
      return none;
    }
  }

  private static <T> MimeBundle render(Renderer<T> renderer, Object value) {
    return renderer.render(renderer.type().cast(value));
  }

  private Renderer<?> best(Object value) {
    Renderer<?> best = null;
    for (Renderer<?> each : renderers) {
      if (each.type().isInstance(value)
          && (best == null
              || (each.type() != best.type() && best.type().isAssignableFrom(each.type())))) {
        best = each;
      }
    }
    return best;
  }

  private static MimeBundle image(BufferedImage image) {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(png)) {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return MimeBundle.text("Image, " + image.getWidth() + " × " + image.getHeight() + " pixels")
        .with(MimeBundle.PNG, png.toByteArray());
  }

  /** The next service, empty if it does not load, null after the last one. */
  private Optional<Renderer<?>> next(@SuppressWarnings("rawtypes") Iterator<Renderer> found) {
    try {
      return found.hasNext() ? Optional.of(found.next()) : null;
    } catch (ServiceConfigurationError | LinkageError e) {
      warnings.accept("A renderer on the class path does not load: " + e.getMessage());
      return Optional.empty();
    }
  }
}
