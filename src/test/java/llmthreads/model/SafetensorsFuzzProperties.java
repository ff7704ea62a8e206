package llmthreads.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Whatever a safetensors file holds, it is read, each array within the file and apart from the
 * others, or refused with a sentence that names the file: nothing else is thrown.
 */
class SafetensorsFuzzProperties {
  private static final String HEADER =
      """
      {"__metadata__": {"format": "pt"},
       "a": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
       "b": {"dtype": "BF16", "shape": [4], "data_offsets": [24, 32]},
       "c": {"dtype": "I64", "shape": [], "data_offsets": [32, 40]}}
      """;
  private static final int DATA = 40;

  /** What headers are made worse with. */
  private static final List<String> PIECES =
      List.of(
          "-1",
          "0",
          "24",
          "40",
          "41",
          "4294967296",
          "9223372036854775807",
          "1e999",
          "1.5",
          "1e3",
          "18446744073709551616",
          "null",
          "true",
          "[]",
          "{}",
          "\"\"",
          "\"F64\"",
          "\"F32\"",
          "[[",
          "}",
          "]",
          ",",
          ":",
          "\"",
          "\\u0000",
          "NaN",
          "dtype",
          "shape",
          "data_offsets",
          "a",
          "b",
          "[".repeat(100_000),
          "[24,0]",
          "[0]",
          "[0,24,32]",
          "[-24,0]",
          "[2,-3]",
          "[0,0,0]",
          "[4294967296,4294967296]",
          "\"__metadata__\"",
          "\uD800");

  private static Path folder;

  @BeforeContainer
  static void open() throws IOException {
    folder = Files.createTempDirectory("safetensors");
  }

  @AfterContainer
  static void close() throws IOException {
    Files.deleteIfExists(folder.resolve("model.safetensors"));
    Files.delete(folder);
  }

  @Example
  void the_header_that_is_made_worse_is_a_good_one() throws IOException {
    try (Safetensors read = Safetensors.open(write(HEADER.getBytes(StandardCharsets.UTF_8), 0))) {
      assertTrue(read.contains("c"));
    }
  }

  @Property(tries = 3000, shrinking = ShrinkingMode.OFF)
  void a_header_with_pieces_exchanged_is_read_or_refused(@ForAll("seeds") long seed)
      throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    StringBuilder header = new StringBuilder(HEADER.strip());
    for (int change = random.nextInt(1, 4); change > 0; change--) {
      int at = random.nextInt(header.length());
      int to = Math.min(header.length(), at + random.nextInt(12));
      header.replace(at, to, PIECES.get(random.nextInt(PIECES.size())));
    }
    check(header.toString().getBytes(StandardCharsets.UTF_8), 0);
  }

  @Property(tries = 3000, shrinking = ShrinkingMode.OFF)
  void a_number_in_a_header_may_be_any(@ForAll("seeds") long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    List<String> parts = new ArrayList<>(List.of(HEADER.split("(?<=\\D)(?=\\d)|(?<=\\d)(?=\\D)")));
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i).matches("\\d+")) {
        numbers.add(i);
      }
    }
    int one = numbers.get(random.nextInt(numbers.size()));
    parts.set(one, PIECES.get(random.nextInt(10)));
    check(String.join("", parts).getBytes(StandardCharsets.UTF_8), 0);
  }

  @Property(tries = 3000, shrinking = ShrinkingMode.OFF)
  void a_file_with_bytes_changed_is_read_or_refused(@ForAll("seeds") long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] header = HEADER.getBytes(StandardCharsets.UTF_8);
    for (int change = random.nextInt(1, 6); change > 0; change--) {
      header[random.nextInt(header.length)] = (byte) random.nextInt(256);
    }
    check(header, random.nextInt(4) == 0 ? random.nextLong() : 0);
  }

  @Provide
  Arbitrary<Long> seeds() {
    return Arbitraries.longs();
  }

  private static void check(byte[] header, long wrongBy) throws IOException {
    Path file = write(header, wrongBy);
    try (Safetensors read = Safetensors.open(file)) {
      List<MemorySegment> arrays =
          read.names().stream().map(name -> read.find(name).bytes()).toList();
      for (int i = 0; i < arrays.size(); i++) {
        assertTrue(arrays.get(i).byteSize() <= DATA);
        for (int j = 0; j < i; j++) {
          assertTrue(arrays.get(i).asOverlappingSlice(arrays.get(j)).isEmpty());
        }
      }
    } catch (ModelException e) {
      assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
    }
  }

  private static Path write(byte[] header, long wrongBy) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(8 + header.length + DATA).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(header.length + wrongBy).put(header);
    return Files.write(folder.resolve("model.safetensors"), bytes.array());
  }
}
