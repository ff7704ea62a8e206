package llmthreads.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.annotations.SerializedName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import llmthreads.device.Cancellation;
import llmthreads.device.Device;
import llmthreads.device.EngineThreads;
import llmthreads.model.Tokenizer.Typed;
import llmthreads.script.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Small random encoders of every family, from their published files, compute what the usual Python
 * library computes.
 */
class EncoderGoldenTest {
  @TempDir Path folder;

  /** What src/test/python/encoder_golden.py wrote down of one encoder. */
  record Golden(
      @SerializedName("made by") String madeBy,
      JsonObject config,
      Map<String, long[]> tensors,
      List<Text> texts) {
    record Text(int[] tokens, int[] types, float[][] rows, float[] logits) {
      Typed typed() {
        return new Typed(tokens, types);
      }
    }
  }

  static List<Path> files() throws Exception {
    Path all = Path.of(EncoderGoldenTest.class.getResource("encoders").toURI());
    try (Stream<Path> files = Files.list(all)) {
      return files.sorted().toList();
    }
  }

  @Test
  void every_family_has_a_golden_encoder() throws Exception {
    Set<EncoderConfig.Family> there = EnumSet.noneOf(EncoderConfig.Family.class);
    for (Path file : files()) {
      read(file);
      there.add(EncoderConfig.read(folder).family());
    }
    assertEquals(EnumSet.allOf(EncoderConfig.Family.class), there);
  }

  @ParameterizedTest
  @MethodSource("files")
  void rows_and_logits_are_those_of_the_python_library(Path file) throws IOException {
    check(read(file), Precision.F32, 1e-4f);
  }

  @ParameterizedTest
  @MethodSource("files")
  void in_bfloat16_they_are_near(Path file) throws IOException {
    check(read(file), Precision.BF16, 0.15f);
  }

  private Golden read(Path file) throws IOException {
    Golden golden = new Gson().fromJson(Files.readString(file), Golden.class);
    GoldenFolder.write(folder, golden.config, golden.tensors, 1);
    return golden;
  }

  private void check(Golden golden, Precision precision, float tolerance) {
    EncoderConfig config = EncoderConfig.read(folder);
    try (EngineThreads one = new EngineThreads("golden", 1, 1);
        Safetensors weights = Safetensors.openFolder(folder);
        EncoderModel model =
            one.run(
                new Cancellation(),
                () -> EncoderModel.of(config, weights, precision, Device.cpu()))) {
      for (Golden.Text text : golden.texts) {
        float[] rows = floats(one, model::hidden, text);
        int width = config.hiddenSize();
        for (int i = 0; i < text.tokens.length; i++) {
          float[] row = Arrays.copyOfRange(rows, i * width, (i + 1) * width);
          assertArrayEquals(text.rows[i], row, tolerance, about(golden, text) + ", row " + i);
        }
        if (!config.labels().isEmpty()) {
          float[] logits = floats(one, model::classes, text);
          assertArrayEquals(text.logits, logits, tolerance, about(golden, text));
        }
      }
    }
  }

  private static float[] floats(
      EngineThreads threads, Function<List<Typed>, Tensor> step, Golden.Text text) {
    return threads.run(
        new Cancellation(),
        () -> {
          try (Tensor numbers = step.apply(List.of(text.typed()))) {
            return numbers.toFloats();
          }
        });
  }

  private static String about(Golden golden, Golden.Text text) {
    return "%d tokens, %s".formatted(text.tokens.length, golden.madeBy);
  }
}
