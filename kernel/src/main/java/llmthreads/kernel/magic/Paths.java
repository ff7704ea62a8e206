package llmthreads.kernel.magic;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Files as they are named in magics. */
final class Paths {
  private Paths() {}

  /** The path that a text names, {@code ~/} being the home folder. */
  static Path of(String text) throws MagicException {
    try {
      String home = System.getProperty("user.home");
      return Path.of(text.startsWith("~/") ? home + text.substring(1) : text)
          .toAbsolutePath()
          .normalize();
    } catch (InvalidPathException e) {
      throw new MagicException("'" + text + "' is no path: " + e.getMessage() + ".", e);
    }
  }

  static String reason(IOException e) {
    return e instanceof NoSuchFileException ? "there is no such file" : e.toString();
  }
}
