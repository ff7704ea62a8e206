package llmthreads.model;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import llmthreads.script.ElementType;

/**
 * Named arrays in the published safetensors format, read through memory mapping, so that opening a
 * file of any size takes milliseconds and no Java heap.
 *
 * <p>The format: 8 bytes of header length (little-endian), a JSON header that maps each name to
 * {@code dtype}, {@code shape} and {@code data_offsets} within the bytes behind the header, then
 * the arrays, row-major and little-endian (huggingface.co/docs/safetensors). Reading is safe from
 * any number of threads. Who opens it closes it; the bytes of its entries cannot be read after
 * that.
 */
public final class Safetensors implements WeightSource, AutoCloseable {
  private static final String INDEX = "model.safetensors.index.json";

  private final Arena arena = Arena.ofShared();
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Path source;

  private Safetensors(Path source) {
    this.source = source;
  }

  /**
   * One array.
   *
   * @param name of the file and the tensor, for error messages
   * @param type of an element
   * @param shape size of each dimension; none for a scalar
   * @param bytes the elements, row-major, little-endian
   * @param whole the published array that these numbers were taken out of, unless it is this one
   */
  public record Entry(
      String name, ElementType type, long[] shape, MemorySegment bytes, Optional<Entry> whole) {
    /** Checks that the bytes are as many as the shape says. */
    public Entry {
      shape = shape.clone();
      if (bytes.byteSize() != Math.multiplyExact(count(shape), (long) type.bytes())) {
        throw new IllegalArgumentException(
            "A %s array of shape %s takes %d bytes, %d were given"
                .formatted(
                    type, Arrays.toString(shape), count(shape) * type.bytes(), bytes.byteSize()));
      }
    }

    /** A published array. */
    Entry(String name, ElementType type, long[] shape, MemorySegment bytes) {
      this(name, type, shape, bytes, Optional.empty());
    }

    /** An array that no file holds. */
    public Entry(ElementType type, long[] shape, MemorySegment bytes) {
      this("a tensor in memory", type, shape, bytes);
    }

    /** Some of its numbers, or all in another order. */
    Entry part(long[] some, MemorySegment numbers) {
      return new Entry(name, type, some, numbers, Optional.of(whole.orElse(this)));
    }

    /** Single-precision numbers, as they are. */
    public static Entry f32(float[] values, long... shape) {
      return new Entry(ElementType.F32, shape, MemorySegment.ofArray(values));
    }

    /** Single-precision numbers, rounded to the nearest bfloat16 (ties to even). */
    public static Entry bf16(float[] values, long... shape) {
      short[] halves = new short[values.length];
      for (int i = 0; i < values.length; i++) {
        halves[i] = BFloat16.of(values[i]);
      }
      return new Entry(ElementType.BF16, shape, MemorySegment.ofArray(halves));
    }

    /** Some rows of a matrix, or numbers of a vector, in place. */
    Entry rows(int from, int to) {
      long[] some = shape.clone();
      some[0] = to - from;
      long row = bytes.byteSize() / shape[0];
      return part(some, bytes.asSlice(from * row, (to - from) * row));
    }

    /** Some columns of a matrix, copied. */
    Entry columns(int from, int to) {
      long row = shape[1] * type.bytes();
      long part = (to - from) * (long) type.bytes();
      MemorySegment copy = Arena.ofAuto().allocate(shape[0] * part, type.bytes());
      for (long i = 0; i < shape[0]; i++) {
        MemorySegment.copy(bytes, i * row + from * (long) type.bytes(), copy, i * part, part);
      }
      return part(new long[] {shape[0], to - from}, copy);
    }

    @Override
    public long[] shape() {
      return shape.clone();
    }

    static long count(long[] shape) {
      long count = 1;
      for (long size : shape) {
        count = Math.multiplyExact(count, size);
      }
      return count;
    }
  }

  /**
   * Opens one file.
   *
   * @throws ModelException when it is missing, cut short or no safetensors file
   */
  public static Safetensors open(Path file) {
    Safetensors opened = new Safetensors(file);
    try {
      opened.map(file);
      return opened;
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /**
   * Opens the weights of a model's folder: {@code model.safetensors}, or the files that {@code
   * model.safetensors.index.json} lists.
   *
   * @throws ModelException when a file is missing, cut short or no safetensors file
   */
  public static Safetensors openFolder(Path folder) {
    Path index = folder.resolve(INDEX);
    if (!Files.exists(index)) {
      return open(folder.resolve("model.safetensors"));
    }
    Safetensors opened = new Safetensors(index);
    try {
      for (String file : shards(index)) {
        opened.map(folder.resolve(file));
      }
      return opened;
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /**
   * Writes a file, whole or not at all: it grows under another name and is renamed when complete.
   *
   * @param entries arrays by name, stored in the map's order
   */
  public static void write(Path file, Map<String, Entry> entries) {
    JsonObject header = new JsonObject();
    JsonObject metadata = new JsonObject();
    metadata.addProperty("format", "pt");
    header.add("__metadata__", metadata);
    long offset = 0;
    for (Map.Entry<String, Entry> named : entries.entrySet()) {
      Entry entry = named.getValue();
      header.add(named.getKey(), describe(entry, offset));
      offset += entry.bytes.byteSize();
    }
    byte[] json = new Gson().toJson(header).getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(json, (json.length + 7) / 8 * 8);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
    try {
      try (FileChannel out =
          FileChannel.open(
              unfinished,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        writeFully(out, length.putLong(padded.length).flip());
        writeFully(out, ByteBuffer.wrap(padded));
        for (Entry entry : entries.values()) {
          writeFully(out, entry.bytes);
        }
        out.force(true);
      }
      Files.move(
          unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      try {
        Files.deleteIfExists(unfinished);
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw new ModelException("%s cannot be written: %s".formatted(file, e), e);
    }
  }

  /** The file, or the index of files, that was opened. */
  public Path source() {
    return source;
  }

  @Override
  public String origin() {
    return source.toString();
  }

  /** The names of all arrays, in the files' order. */
  public Set<String> names() {
    return java.util.Collections.unmodifiableSet(entries.keySet());
  }

  @Override
  public boolean contains(String name) {
    return entries.containsKey(name);
  }

  /**
   * One array, of which a shape is expected.
   *
   * @throws ModelException when it is missing or shaped otherwise
   */
  @Override
  public Entry get(String name, long... shape) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new ModelException(
          ("%s holds no tensor '%s', which the model's config.json calls for: file and "
                  + "config do not belong together")
              .formatted(source, name));
    }
    if (!Arrays.equals(entry.shape, shape)) {
      throw new ModelException(
          "%s: tensor '%s' has shape %s, the model's config.json calls for %s"
              .formatted(source, name, Arrays.toString(entry.shape), Arrays.toString(shape)));
    }
    return entry;
  }

  /** One array of any shape, or null. */
  public Entry find(String name) {
    return entries.get(name);
  }

  /** Unmaps the files. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  private void map(Path file) {
    MemorySegment all;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      all = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    } catch (NoSuchFileException e) {
      throw new ModelException(
          ("There is no file %s: give the folder of a model, with config.json, "
                  + "model.safetensors and tokenizer.json")
              .formatted(file),
          e);
    } catch (IOException e) {
      throw new ModelException("%s cannot be read: %s".formatted(file, e), e);
    }
    entries.putAll(SafetensorsHeader.read(file, all));
  }

  private static Set<String> shards(Path index) {
    try {
      JsonObject json = JsonParser.parseString(Files.readString(index)).getAsJsonObject();
      Set<String> files = new TreeSet<>();
      for (JsonElement file : json.getAsJsonObject("weight_map").asMap().values()) {
        files.add(plain(index, file.getAsString()));
      }
      return files;
    } catch (IOException
        | JsonParseException
        | IllegalStateException
        | UnsupportedOperationException
        | NullPointerException e) {
      throw new ModelException(
          "%s is no index of safetensors files: it needs an object 'weight_map' of file names"
              .formatted(index),
          e);
    }
  }

  /** A file beside the index: a name that leads elsewhere is refused. */
  private static String plain(Path index, String file) {
    if (file.isEmpty() || file.equals("..") || !file.matches("[^/\\\\:\0]+")) {
      throw new ModelException(
          "%s names the file '%s': only files beside it are read".formatted(index, file));
    }
    return file;
  }

  private static JsonObject describe(Entry entry, long offset) {
    JsonObject description = new JsonObject();
    description.addProperty("dtype", SafetensorsHeader.name(entry.type));
    JsonArray shape = new JsonArray();
    for (long size : entry.shape) {
      shape.add(size);
    }
    description.add("shape", shape);
    JsonArray offsets = new JsonArray();
    offsets.add(offset);
    offsets.add(offset + entry.bytes.byteSize());
    description.add("data_offsets", offsets);
    return description;
  }

  private static void writeFully(FileChannel out, MemorySegment bytes) throws IOException {
    long chunk = 1L << 28;
    for (long at = 0; at < bytes.byteSize(); at += chunk) {
      MemorySegment part = bytes.asSlice(at, Math.min(chunk, bytes.byteSize() - at));
      // A segment over an array of floats has no byte buffer: copy it through one that has.
      writeFully(out, ByteBuffer.wrap(part.toArray(ValueLayout.JAVA_BYTE)));
    }
  }

  private static void writeFully(FileChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }
}
