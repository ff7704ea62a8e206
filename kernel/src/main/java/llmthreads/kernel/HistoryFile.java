package llmthreads.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import llmthreads.kernel.wire.Message;

/**
 * The cells of a user's sessions on disk, a line of JSON each, oldest first. Several kernels may
 * write at once: each holds a lock on a file beside it while it does. A line that cannot be read,
 * of a kernel that died while it wrote, is passed over. Used by one thread.
 */
final class HistoryFile {
  /** Names the file, or is empty to keep none. */
  private static final String VARIABLE = "LLM_THREADS_HISTORY";

  private static final long MAX_BYTES = 8 << 20;
  private static final int MAX_SOURCE = 100_000;

  private final Path file;
  private final List<HistoryEntry> entries = new ArrayList<>();

  /** What {@link #entries} were read from: which file, and how much of it. */
  private Object key;

  private long offset;
  private int session;

  HistoryFile(Path file) {
    this.file = file;
  }

  /**
   * Where the history of the current user is kept: the file that LLM_THREADS_HISTORY names, else a
   * place that the system has for the state of programs. Empty if the variable is.
   */
  static Optional<Path> place(Map<String, String> environment) {
    String named = environment.get(VARIABLE);
    if (named != null) {
      return named.isBlank() ? Optional.empty() : Optional.of(Path.of(named).toAbsolutePath());
    }
    return Optional.of(state(environment).resolve("llm-threads-kernel").resolve("history.jsonl"));
  }

  private static Path state(Map<String, String> environment) {
    Path home = Path.of(System.getProperty("user.home"));
    String system = System.getProperty("os.name");
    if (system.startsWith("Windows") && environment.containsKey("LOCALAPPDATA")) {
      return Path.of(environment.get("LOCALAPPDATA"));
    }
    String xdg = environment.getOrDefault("XDG_STATE_HOME", "");
    if (!xdg.isEmpty()) {
      return Path.of(xdg);
    }
    return home.resolve(system.startsWith("Mac") ? "Library/Application Support" : ".local/state");
  }

  /** The number of this session; known once {@link #append} was called, 0 before. */
  int session() {
    return session;
  }

  /**
   * Adds a cell of this session. The first one gives the session its number, one more than any in
   * the file.
   *
   * @throws IOException if the file cannot be written
   */
  void append(int line, String source) throws IOException {
    Files.createDirectories(file.getParent(), attributes("rwx------"));
    try (FileChannel guard = open(sibling(".lock"));
        FileLock _ = guard.lock()) {
      if (session == 0) {
        shorten();
        refresh();
        session = 1 + entries.stream().mapToInt(HistoryEntry::session).max().orElse(0);
      }
      if (source.length() <= MAX_SOURCE) {
        write(json(new HistoryEntry(session, line, source)) + "\n");
      }
    }
  }

  /**
   * All cells, those of other kernels too.
   *
   * @throws IOException if the file cannot be read
   */
  List<HistoryEntry> read() throws IOException {
    if (Files.exists(file)) {
      refresh();
    }
    return List.copyOf(entries);
  }

  private void write(String line) throws IOException {
    try (FileChannel channel = open(file)) {
      long end = channel.size();
      ByteBuffer last = ByteBuffer.allocate(1);
      boolean whole = end == 0 || (channel.read(last, end - 1) == 1 && last.get(0) == '\n');
      ByteBuffer bytes = UTF_8.encode(whole ? line : "\n" + line);
      channel.position(end);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }

  /** Reads what has been added since the last time, or everything if the file is another one. */
  private void refresh() throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      Object now = Files.readAttributes(file, "fileKey").get("fileKey");
      if (!String.valueOf(now).equals(String.valueOf(key)) || channel.size() < offset) {
        entries.clear();
        offset = 0;
        key = now;
      }
      ByteBuffer bytes = ByteBuffer.allocate((int) (channel.size() - offset));
      channel.position(offset);
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
      int whole = bytes.position();
      while (whole > 0 && bytes.get(whole - 1) != '\n') {
        whole--;
      }
      new String(bytes.array(), 0, whole, UTF_8)
          .lines()
          .map(HistoryFile::entry)
          .flatMap(Optional::stream)
          .forEach(entries::add);
      offset += whole;
    }
  }

  /** Keeps the newer half of a file that has become too large. */
  private void shorten() throws IOException {
    if (!Files.exists(file) || Files.size(file) <= MAX_BYTES) {
      return;
    }
    byte[] all = Files.readAllBytes(file);
    int from = all.length / 2;
    while (from < all.length && all[from - 1] != '\n') {
      from++;
    }
    Path fresh = sibling(".new");
    Files.deleteIfExists(fresh);
    try (FileChannel channel = open(fresh)) {
      ByteBuffer kept = ByteBuffer.wrap(all, from, all.length - from);
      while (kept.hasRemaining()) {
        channel.write(kept);
      }
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private Path sibling(String ending) {
    return file.resolveSibling(file.getFileName() + ending);
  }

  private FileChannel open(Path path) throws IOException {
    return FileChannel.open(
        path,
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
        attributes("rw-------"));
  }

  /** What cells say is nobody else's business. */
  private FileAttribute<?>[] attributes(String permissions) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private static String json(HistoryEntry entry) {
    JsonObject json = new JsonObject();
    json.addProperty("session", entry.session());
    json.addProperty("line", entry.line());
    json.addProperty("source", entry.source());
    return json.toString();
  }

  private static Optional<HistoryEntry> entry(String line) {
    try {
      JsonObject json = JsonParser.parseString(line).getAsJsonObject();
      return Optional.of(
          new HistoryEntry(
              Integer.parseInt(Message.string(json, "session")),
              Integer.parseInt(Message.string(json, "line")),
              Message.string(json, "source")));
    } catch (JsonParseException | IllegalStateException | NumberFormatException e) {
      return Optional.empty();
    }
  }
}
