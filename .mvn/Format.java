import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
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
import java.util.Set;

/**
 * Checks or applies the project's Java format on every Java file below a folder.
 *
 * <p>Run by the build in the JDK of the toolchain, because the formatter needs a newer JDK than the
 * one Maven may run on: {@code java -cp google-java-format.jar .mvn/Format.java check|apply ROOT}.
 * What it complains about it prints and leaves in {@code target/format-complaints.txt}, at which
 * the build stops. A check of the same files as the last clean one, byte for byte, ends at once.
 */
final class Format {
  private static final Set<String> SKIPPED = Set.of("target", "node_modules", "lab");

  private Format() {}

  public static void main(String[] arguments) throws IOException, NoSuchAlgorithmException {
    boolean apply = arguments[0].equals("apply");
    Path root = Path.of(arguments[1]).toRealPath();
    List<Path> files = javaFiles(root);
    Path stamp = root.resolve("target/format.sha256");
    Path complained = root.resolve("target/format-complaints.txt");
    Files.deleteIfExists(complained);
    if (Files.exists(stamp) && Files.readString(stamp).equals(digest(files))) {
      return;
    }
    List<String> complaints = new ArrayList<>();
    for (Path file : files) {
      String source = Files.readString(file);
      try {
        String formatted = new Formatter().formatSourceAndFixImports(source);
        if (formatted.equals(source)) {
          continue;
        }
        if (apply) {
          Files.writeString(file, formatted);
          System.out.println("formatted " + root.relativize(file));
        } else {
          complaints.add(root.relativize(file) + " is not in the project's format");
        }
      } catch (FormatterException e) {
        complaints.add(root.relativize(file) + " cannot be read as Java: " + e.getMessage());
      }
    }
    Files.createDirectories(stamp.getParent());
    if (complaints.isEmpty()) {
      Files.writeString(stamp, digest(files));
    } else {
      complaints.forEach(complaint -> System.err.println("[ERROR] " + complaint));
      Files.write(complained, complaints);
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

  /** What the files hold and which formatter looks at them; changes when either does. */
  private static String digest(List<Path> files) throws IOException, NoSuchAlgorithmException {
    MessageDigest sha = MessageDigest.getInstance("SHA-256");
    sha.update(
        Formatter.class.getProtectionDomain().getCodeSource().getLocation().toString().getBytes());
    for (Path file : files) {
      sha.update(file.toString().getBytes());
      sha.update(Files.readAllBytes(file));
    }
    return HexFormat.of().formatHex(sha.digest());
  }
}
