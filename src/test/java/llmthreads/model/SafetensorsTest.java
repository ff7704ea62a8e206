package llmthreads.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import llmthreads.script.ElementType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {
  @TempDir Path folder;

  @Test
  void what_was_written_is_read_back_in_order_and_type() {
    Path file = folder.resolve("model.safetensors");
    Map<String, Safetensors.Entry> entries = new LinkedHashMap<>();
    entries.put("b", Safetensors.Entry.f32(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
    entries.put("a", Safetensors.Entry.bf16(new float[] {1, -2, 0.5f}, 3));
    Safetensors.write(file, entries);
    try (Safetensors read = Safetensors.open(file)) {
      assertEquals(List.of("b", "a"), List.copyOf(read.names()));
      assertArrayEquals(
          new float[] {1, 2, 3, 4, 5, 6},
          read.get("b", 2, 3).bytes().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
      assertEquals(ElementType.BF16, read.find("a").type());
      assertArrayEquals(
          new short[] {0x3f80, (short) 0xc000, 0x3f00},
          read.get("a", 3).bytes().toArray(ValueLayout.JAVA_SHORT_UNALIGNED));
    }
    assertArrayEquals(new String[] {"model.safetensors"}, folder.toFile().list());
  }

  @Test
  void the_arrays_begin_at_a_multiple_of_eight_bytes() throws IOException {
    for (int names = 1; names < 9; names++) {
      Path file = folder.resolve("model.safetensors");
      Safetensors.write(file, Map.of("x".repeat(names), Safetensors.Entry.f32(new float[1], 1)));
      assertEquals(4, Files.size(file) % 8);
    }
  }

  @Test
  void a_file_cut_anywhere_is_refused_with_its_name() throws IOException {
    Path file = folder.resolve("model.safetensors");
    Safetensors.write(file, Map.of("w", Safetensors.Entry.f32(new float[4], 4)));
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      ModelException refusal = assertThrows(ModelException.class, () -> Safetensors.open(file));
      assertTrue(refusal.getMessage().contains(file.toString()), refusal.getMessage());
      assertTrue(refusal.getMessage().contains("cut short"), refusal.getMessage());
    }
  }

  @Test
  void a_file_of_something_else_is_refused() throws IOException {
    Path file = folder.resolve("model.safetensors");
    Files.writeString(file, "\u0010\0\0\0\0\0\0\0this is not json at all");
    assertTrue(
        assertThrows(ModelException.class, () -> Safetensors.open(file))
            .getMessage()
            .contains("header"));
  }

  @Test
  void a_missing_file_a_missing_tensor_and_a_wrong_shape_are_named() {
    Path file = folder.resolve("model.safetensors");
    assertTrue(
        assertThrows(ModelException.class, () -> Safetensors.openFolder(folder))
            .getMessage()
            .contains("no file " + file));
    Safetensors.write(file, Map.of("w", Safetensors.Entry.f32(new float[4], 2, 2)));
    try (Safetensors read = Safetensors.openFolder(folder)) {
      assertTrue(
          assertThrows(ModelException.class, () -> read.get("v", 2, 2))
              .getMessage()
              .contains("no tensor 'v'"));
      assertTrue(
          assertThrows(ModelException.class, () -> read.get("w", 4))
              .getMessage()
              .contains("shape [2, 2], the model's config.json calls for [4]"));
    }
  }

  @Test
  void a_model_in_several_files_is_read_through_its_index() throws IOException {
    Safetensors.write(
        folder.resolve("model-00001-of-00002.safetensors"),
        Map.of("first", Safetensors.Entry.f32(new float[] {1}, 1)));
    Safetensors.write(
        folder.resolve("model-00002-of-00002.safetensors"),
        Map.of("second", Safetensors.Entry.f32(new float[] {2}, 1)));
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        """
        {"metadata": {}, "weight_map": {
          "first": "model-00001-of-00002.safetensors", "second": "model-00002-of-00002.safetensors"}}
        """);
    try (Safetensors read = Safetensors.openFolder(folder)) {
      assertTrue(read.contains("first"));
      assertEquals(2, read.get("second", 1).bytes().get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0));
      assertFalse(read.contains("third"));
    }
  }

  @Test
  void rounding_to_bfloat16_takes_the_nearest_and_the_even_of_two() {
    assertEquals((short) 0x3f80, BFloat16.of(Float.intBitsToFloat(0x3f807fff)));
    assertEquals((short) 0x3f80, BFloat16.of(Float.intBitsToFloat(0x3f808000)));
    assertEquals((short) 0x3f81, BFloat16.of(Float.intBitsToFloat(0x3f808001)));
    assertEquals((short) 0x3f82, BFloat16.of(Float.intBitsToFloat(0x3f818000)));
    assertTrue(Float.isNaN(BFloat16.toFloat(BFloat16.of(Float.NaN))));
    assertEquals(-2.5f, BFloat16.toFloat(BFloat16.of(-2.5f)));
  }
}
