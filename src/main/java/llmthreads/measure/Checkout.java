package llmthreads.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The Git checkout that a folder lies in, read from its files. */
final class Checkout {
  private final Path work;
  private final Path git;

  private Checkout(Path work, Path git) {
    this.work = work;
    this.git = git;
  }

  /** The checkout around a folder. */
  static Optional<Checkout> around(Path folder) {
    for (Path work = folder.toAbsolutePath(); work != null; work = work.getParent()) {
      Path git = work.resolve(".git");
      if (Files.isDirectory(git)) {
        return Optional.of(new Checkout(work, git));
      }
      if (Files.isRegularFile(git)) {
        String pointer = text(git).replaceFirst("^gitdir: ", "");
        return Optional.of(new Checkout(work, work.resolve(pointer)));
      }
    }
    return Optional.empty();
  }

  /** The commit's hash, and whether files differ from it: clean, dirty, or unknown without Git. */
  String describe() {
    return commit().map(hash -> hash + " (" + state() + ")").orElse("none yet");
  }

  private Optional<String> commit() {
    String head = text(git.resolve("HEAD"));
    if (!head.startsWith("ref: ")) {
      return head.isEmpty() ? Optional.empty() : Optional.of(head);
    }
    String reference = head.substring("ref: ".length());
    String elsewhere = text(git.resolve("commondir"));
    Path common = elsewhere.isEmpty() ? git : git.resolve(elsewhere).normalize();
    for (Path place : List.of(git, common)) {
      String hash = text(place.resolve(reference));
      if (!hash.isEmpty()) {
        return Optional.of(hash);
      }
    }
    return text(common.resolve("packed-refs"))
        .lines()
        .filter(line -> line.endsWith(" " + reference))
        .map(line -> line.substring(0, line.indexOf(' ')))
        .findFirst();
  }

  private String state() {
    String unknown = "unknown whether files differ";
    try {
      Process status =
          new ProcessBuilder(
                  "git", "--no-optional-locks", "status", "--porcelain", "--untracked-files=no")
              .directory(work.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        status.getOutputStream().close();
        byte[] changes = status.getInputStream().readAllBytes();
        boolean ended = status.waitFor(10, TimeUnit.SECONDS);
        return ended && status.exitValue() == 0
            ? (changes.length == 0 ? "clean" : "dirty")
            : unknown;
      } finally {
        status.destroyForcibly();
      }
    } catch (IOException e) {
      return unknown;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return unknown;
    }
  }

  private static String text(Path file) {
    try {
      return Files.isRegularFile(file) ? Files.readString(file).strip() : "";
    } catch (IOException e) {
      return "";
    }
  }
}
