package llmthreads.kernel.interpreter;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The libraries that only the kernel itself needs of those on its class path. Cells neither compile
 * against them nor load them, so that a notebook may add whatever version of them it wants; and the
 * compiler, which reads the directory of every jar that it sees, starts faster.
 */
final class KernelLibraries {
  /** The system property that names them: jars, and folders of jars, parted as a class path is. */
  static final String PROPERTY = "llmthreads.kernel.libraries";

  private final List<Path> elements;

  /**
   * @param text what the property says; none if it is empty
   */
  KernelLibraries(String text) {
    elements = paths(text).map(Path::toAbsolutePath).toList();
  }

  /** A class path without them. */
  String seen(String classPath) {
    return paths(classPath)
        .filter(each -> !has(each))
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Whether a class is of one of them. */
  boolean has(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    return source != null && source.getLocation() != null && hasFile(source.getLocation());
  }

  /** Whether a resource is of one of them. */
  boolean has(URL resource) {
    String text = resource.toString();
    int end = text.indexOf("!/");
    try {
      return text.startsWith("jar:")
          && end > 0
          && hasFile(URI.create(text.substring(4, end)).toURL());
    } catch (MalformedURLException | IllegalArgumentException e) {
      return false;
    }
  }

  private boolean hasFile(URL file) {
    try {
      return has(Path.of(URI.create(file.toString())));
    } catch (IllegalArgumentException | FileSystemNotFoundException e) {
      return false; // No file of this machine.
    }
  }

  private boolean has(Path path) {
    Path absolute = path.toAbsolutePath();
    return elements.stream().anyMatch(absolute::startsWith);
  }

  private static Stream<Path> paths(String classPath) {
    return Stream.of(classPath.split(File.pathSeparator))
        .filter(each -> !each.isEmpty())
        .map(Path::of);
  }
}
