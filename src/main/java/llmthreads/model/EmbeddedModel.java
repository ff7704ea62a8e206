package llmthreads.model;

import ai.djl.util.Utils;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The small model that comes with this module, trained by its own {@code train} room on tasks whose
 * answers a program can check.
 */
public final class EmbeddedModel {
  private static final String RESOURCES = "embedded/";
  private static final List<String> FILES =
      List.of("config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors");

  private EmbeddedModel() {}

  /**
   * Its folder in the published layout. Out of a jar it is unpacked once into DJL's cache, since
   * weights are mapped from files.
   *
   * @throws ModelException when the cache cannot be written
   */
  public static Path folder() {
    URL config = EmbeddedModel.class.getResource(RESOURCES + "config.json");
    if (config == null) {
      throw new ModelException(
          "The embedded model is missing from this build: its folder is no resource beside "
              + EmbeddedModel.class.getName());
    }
    try {
      URI uri = config.toURI();
      return uri.getScheme().equals("file") ? Path.of(uri).getParent() : unpacked();
    } catch (IOException | URISyntaxException e) {
      throw new ModelException("The embedded model cannot be unpacked: " + e.getMessage(), e);
    }
  }

  private static Path unpacked() throws IOException {
    CRC32 sum = new CRC32();
    for (String file : FILES) {
      sum.update(bytes(file));
    }
    Path home = Utils.getCacheDir().resolve("llm-threads");
    Path folder = home.resolve("embedded-%08x".formatted(sum.getValue()));
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(home);
      Path unfinished = Files.createTempDirectory(home, "unpacking-");
      for (String file : FILES) {
        Files.write(unfinished.resolve(file), bytes(file));
      }
      settle(unfinished, folder);
    }
    return folder;
  }

  /** Two processes may unpack at once: the first to finish wins, the other's copy goes. */
  private static void settle(Path unfinished, Path folder) throws IOException {
    try {
      Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      for (String file : FILES) {
        Files.deleteIfExists(unfinished.resolve(file));
      }
      Files.deleteIfExists(unfinished);
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
  }

  private static byte[] bytes(String file) throws IOException {
    try (InputStream in = EmbeddedModel.class.getResourceAsStream(RESOURCES + file)) {
      if (in == null) {
        throw new IOException("there is no resource " + RESOURCES + file);
      }
      return in.readAllBytes();
    }
  }
}
