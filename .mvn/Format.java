import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * Checks or applies the project's Java format on every Java file below a folder.
 *
 * <p>Run by the build in the JDK of the toolchain, because the formatter needs a newer JDK than the
 * one Maven may run on: {@code java -cp google-java-format.jar .mvn/Format.java check|apply ROOT}.
 * What it complains about it prints and leaves in {@code target/format-complaints.txt}, at which
 * the build stops. Files that it has found in order before are not looked at again.
 */
final class Format {
  private static final Set<String> SKIPPED = Set.of("target", "node_modules", "lab");

  private Format() {}

  public static void main(String[] arguments) throws IOException {
    boolean apply = arguments[0].equals("apply");
    Path root = Path.of(arguments[1]).toRealPath();
    Path stamp = root.resolve("target/formatted.sha256");
    Set<String> known = Files.exists(stamp) ? Set.copyOf(Files.readAllLines(stamp)) : Set.of();
    Set<String> formatted = new ConcurrentSkipListSet<>();
    List<String> complaints =
        javaFiles(root).parallelStream()
            .flatMap(file -> look(root, file, apply, known, formatted).stream())
            .toList();
    Files.createDirectories(stamp.getParent());
    Files.write(stamp, formatted);
    Path complained = root.resolve("target/format-complaints.txt");
    Files.deleteIfExists(complained);
    if (!complaints.isEmpty()) {
      complaints.forEach(complaint -> System.err.println("[ERROR] " + complaint));
      Files.write(complained, complaints);
    }
  }

  /** What is wrong with a file; when nothing is, its digest joins the formatted ones. */
  private static Optional<String> look(
      Path root, Path file, boolean apply, Set<String> known, Set<String> formatted) {
    String name = root.relativize(file).toString();
    try {
      String source = Files.readString(file);
      String right =
          known.contains(digest(source))
              ? source
              : new Formatter().formatSourceAndFixImports(source);
      if (!right.equals(source)) {
        if (!apply) {
          return Optional.of(name + " is not in the project's format");
        }
        Files.writeString(file, right);
        System.out.println("formatted " + name);
      }
      formatted.add(digest(right));
      return Optional.empty();
    } catch (FormatterException e) {
      return Optional.of(name + " cannot be read as Java: " + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> javaFiles(Path root) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            String name = folder.getFileName().toString();
            boolean hidden = name.startsWith(".") && !name.equals(".mvn");
            return !folder.equals(root) && (hidden || SKIPPED.contains(name))
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".java")) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    files.sort(null);
    return files;
  }

  /** What a file holds and which formatter looks at it; changes when either does. */
  private static String digest(String source) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      var formatter = Formatter.class.getProtectionDomain().getCodeSource().getLocation();
      sha.update(formatter.getPath().getBytes(UTF_8));
      return HexFormat.of().formatHex(sha.digest(source.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
