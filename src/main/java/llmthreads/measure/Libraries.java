package llmthreads.measure;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** Versions of the libraries that compute, read from their jars: the engine stays unloaded. */
final class Libraries {
  private Libraries() {}

  static Map<String, String> versions() {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("DJL", property("ai/djl/engine/api.properties", "djl_version").orElse("unknown"));
    versions.put("PyTorch", pytorch());
    return versions;
  }

  private static String pytorch() {
    String elsewhere = System.getenv("PYTORCH_LIBRARY_PATH");
    if (elsewhere != null) {
      return Optional.ofNullable(System.getenv("PYTORCH_VERSION")).orElse("unknown version")
          + " in "
          + Environment.shortened(elsewhere);
    }
    String file = "native/lib/pytorch.properties";
    return property(file, "version")
        .map(
            version ->
                "%s %s %s"
                    .formatted(
                        version,
                        property(file, "flavor").orElse(""),
                        property(file, "classifier").orElse(""))
                    .strip())
        .or(() -> property("pytorch-engine.properties", "pytorch_version").map(v -> v + flavor()))
        .orElse("natives not on the class path");
  }

  /** DJL fetches natives that no jar holds, of the flavor that is asked for. */
  private static String flavor() {
    return Optional.ofNullable(System.getenv("PYTORCH_FLAVOR"))
        .or(() -> Optional.ofNullable(System.getProperty("PYTORCH_FLAVOR")))
        .map(flavor -> " " + flavor + ", fetched by DJL")
        .orElse(", fetched by DJL");
  }

  private static Optional<String> property(String resource, String name) {
    try (InputStream in = Libraries.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        return Optional.empty();
      }
      Properties properties = new Properties();
      properties.load(in);
      return Optional.ofNullable(properties.getProperty(name));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
