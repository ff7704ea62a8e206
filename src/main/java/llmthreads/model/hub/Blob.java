package llmthreads.model.hub;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import llmthreads.model.ModelException;

/**
 * The content of one file, kept under the tag that names it. What was fetched in part lies beside
 * it, ends in {@code .incomplete}, and is gone on with; it takes its place only when its checksum
 * is right. Processes that want the same content at once wait for each other.
 *
 * @param path where the content is kept
 * @param lock a file that whoever fetches holds a lock on
 * @param wanted what the hub says of it
 */
record Blob(Path path, Path lock, HubClient.Description wanted) {
  private static final int CHUNK = 1 << 18;
  private static final int SHA1_DIGITS = 40;
  private static final int SHA256_DIGITS = 64;
  private static final long GLANCE_MILLIS = 100;

  /** Opens the content from a place on. */
  @FunctionalInterface
  interface Content {
    HttpResponse<InputStream> from(long place) throws IOException;
  }

  /** Fetches the content, unless it is there. */
  void fetch(HubName name, String file, Content content, HubListener listener) throws IOException {
    if (Files.exists(path)) {
      return;
    }
    Files.createDirectories(path.getParent());
    Files.createDirectories(lock.getParent());
    try (FileChannel channel =
            FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = hold(channel, name)) {
      if (!Files.exists(path)) {
        Path partial = path.resolveSibling(path.getFileName() + ".incomplete");
        requireRoom(name, file, partial);
        fill(partial, name, file, content, listener);
        check(partial, name, file);
        Files.move(partial, path);
      }
    } catch (ClosedByInterruptException e) {
      Thread.currentThread().interrupt();
      throw HubClient.interrupted(name);
    }
  }

  /** Another process, or another thread of this one, may be fetching the same. */
  private static FileLock hold(FileChannel channel, HubName name) throws IOException {
    while (true) {
      try {
        FileLock held = channel.tryLock();
        if (held != null) {
          return held;
        }
      } catch (OverlappingFileLockException e) {
        // held in this process: wait as for another one
      }
      try {
        Thread.sleep(GLANCE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw HubClient.interrupted(name);
      }
    }
  }

  private void requireRoom(HubName name, String file, Path partial) throws IOException {
    long there = Files.exists(partial) ? Files.size(partial) : 0;
    long missing = wanted.bytes().orElse(0) - there;
    long room = Files.getFileStore(path.getParent()).getUsableSpace();
    if (missing > room) {
      throw new ModelException(
          "There is no room for %s of %s: %,d bytes are missing, %s has %,d left; free some, or set HF_HUB_CACHE to another folder"
              .formatted(file, name, missing, path.getParent(), room));
    }
  }

  private void fill(Path partial, HubName name, String file, Content content, HubListener listener)
      throws IOException {
    long there = Files.exists(partial) ? Files.size(partial) : 0;
    if (wanted.bytes().isPresent() && there >= wanted.bytes().getAsLong() && there > 0) {
      return;
    }
    HttpResponse<InputStream> answer = content.from(there);
    boolean goesOn = there > 0 && answer.statusCode() == 206;
    long done = goesOn ? there : 0;
    try (InputStream in = answer.body();
        OutputStream out =
            Files.newOutputStream(
                partial,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                goesOn ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING)) {
      byte[] chunk = new byte[CHUNK];
      int read;
      while ((read = in.read(chunk)) >= 0) {
        if (Thread.currentThread().isInterrupted()) {
          throw HubClient.interrupted(name);
        }
        out.write(chunk, 0, read);
        done += read;
        listener.fetched(file, done, wanted.bytes().orElse(done));
      }
    }
    if (wanted.bytes().isPresent() && done < wanted.bytes().getAsLong()) {
      throw new IOException(
          "the connection ended after %,d of %,d bytes of %s"
              .formatted(done, wanted.bytes().getAsLong(), file));
    }
  }

  private void check(Path partial, HubName name, String file) throws IOException {
    String sum =
        switch (wanted.tag().length()) {
          case SHA1_DIGITS -> gitSum(partial);
          case SHA256_DIGITS -> sum("SHA-256", partial, new byte[0]);
          default -> wanted.tag(); // the hub says nothing that could be checked
        };
    if (!sum.equals(wanted.tag())) {
      Files.delete(partial);
      throw new ModelException(
          "%s of %s came damaged: its checksum is %s and should be %s; try again"
              .formatted(file, name, sum, wanted.tag()));
    }
  }

  /** Git's name of a content: the SHA-1 of its length and itself. */
  private static String gitSum(Path file) throws IOException {
    String head = "blob %d\0".formatted(Files.size(file));
    return sum("SHA-1", file, head.getBytes(StandardCharsets.US_ASCII));
  }

  private static String sum(String algorithm, Path file, byte[] before) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has " + algorithm, e);
    }
    digest.update(before);
    try (InputStream in = Files.newInputStream(file)) {
      byte[] chunk = new byte[CHUNK];
      int read;
      while ((read = in.read(chunk)) >= 0) {
        digest.update(chunk, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
