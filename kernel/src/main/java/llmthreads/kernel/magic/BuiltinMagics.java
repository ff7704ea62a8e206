package llmthreads.kernel.magic;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import llmthreads.kernel.display.MimeBundle;

/** The magics that need nothing but the session: class path, names, documentation. */
public final class BuiltinMagics {
  private final Session session;

  private BuiltinMagics(Session session) {
    this.session = session;
  }

  /** Adds them to a session. */
  public static void register(Magics magics, Session session) {
    BuiltinMagics builtin = new BuiltinMagics(session);
    magics.line("classpath", builtin::classPath);
    magics.line("jars", builtin::jars);
    magics.line("who", builtin::who);
    magics.line("doc", builtin::doc);
    TimeMagics.register(magics, session);
    FileMagics.register(magics, session);
    LoadMagic.register(magics, session);
    SystemMagic.register(magics, session);
    ThreadMagics.register(magics, session);
    magics.line("lsmagic", _ -> String.join("  ", magics.names()));
  }

  /** {@code %classpath FOLDER-OR-JAR…}; without arguments, what was added so far. */
  private Object classPath(String arguments) throws MagicException {
    if (arguments.isEmpty()) {
      return lines(session.addedClassPath());
    }
    List<Path> elements = new ArrayList<>();
    for (String each : words(arguments)) {
      Path path = Paths.of(each);
      if (Files.exists(path)) {
        elements.add(path);
      } else if (each.matches(".*[*?].*")) {
        elements.addAll(glob(each));
      } else {
        throw new MagicException(
            "'" + path + "' does not exist, so it was not added to the class path.");
      }
    }
    add(elements);
    return null;
  }

  /** {@code %jars PATTERN…} adds jars; the last part of a path may hold {@code *} and {@code ?}. */
  private Object jars(String arguments) throws MagicException {
    if (arguments.isEmpty()) {
      throw new MagicException("%jars needs a jar or a pattern, such as %jars lib/*.jar.");
    }
    List<Path> jars = new ArrayList<>();
    for (String each : words(arguments)) {
      for (Path found : glob(each)) {
        jars.addAll(Files.isDirectory(found) ? glob(found + "/*.jar") : List.of(found));
      }
    }
    add(jars);
    return jars.stream().map(Path::toString).toList();
  }

  private Object who(String arguments) {
    List<String> declarations = session.declarations();
    return declarations.isEmpty() ? "Nothing is declared yet." : String.join("\n", declarations);
  }

  /** {@code %doc NAME} opens the documentation of a type or method. */
  private Object doc(String arguments) throws MagicException {
    Optional<MimeBundle> found =
        arguments.isEmpty() ? Optional.empty() : session.documentation(arguments);
    session.page(
        found.orElseThrow(
            () ->
                new MagicException(
                    "There is no documentation of '" + arguments + "'; try %doc Math.max, say.")));
    return null;
  }

  /** A file that is no jar would keep the compiler from compiling anything. */
  private void add(List<Path> elements) throws MagicException {
    for (Path each : elements) {
      if (Files.isRegularFile(each)) {
        openJar(each);
      }
    }
    session.addToClassPath(elements);
  }

  private static void openJar(Path file) throws MagicException {
    try {
      new ZipFile(file.toFile()).close();
    } catch (IOException e) {
      throw new MagicException(
          "'" + file + "' is no jar that can be read: " + e.getMessage() + ".", e);
    }
  }

  /** The files that a pattern means, at least one. */
  private static List<Path> glob(String pattern) throws MagicException {
    int slash = pattern.lastIndexOf('/');
    Path folder = Paths.of(slash < 0 ? "." : pattern.substring(0, slash + 1));
    PathMatcher matcher =
        FileSystems.getDefault().getPathMatcher("glob:" + pattern.substring(slash + 1));
    if (!Files.isDirectory(folder)) {
      throw new MagicException("There is no folder '" + folder + "'.");
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found =
          files.filter(each -> matcher.matches(each.getFileName())).sorted().toList();
      if (found.isEmpty()) {
        throw new MagicException("No file in '" + folder + "' fits '" + pattern + "'.");
      }
      return found;
    } catch (IOException e) {
      throw new MagicException("'" + folder + "' cannot be listed: " + Paths.reason(e) + ".", e);
    }
  }

  /** Arguments are parted by white space, or by the separator of a class path. */
  private static List<String> words(String arguments) {
    return Stream.of(arguments.split("\\s+"))
        .flatMap(each -> Stream.of(each.split(File.pathSeparator)))
        .filter(each -> !each.isEmpty())
        .toList();
  }

  private static String lines(List<Path> paths) {
    return String.join("\n", paths.stream().map(Path::toString).toList());
  }
}
