package llmthreads.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Against the probabilities that Python's transformers draws from; see sampling_golden.py. */
class SamplingGoldenTest {
  private static final int DRAWS = 100_000;

  @Test
  void tokens_are_drawn_by_the_probabilities_that_transformers_leaves() throws IOException {
    for (JsonElement each : golden().getAsJsonArray("cases")) {
      JsonObject golden = each.getAsJsonObject();
      JsonObject settings = golden.getAsJsonObject("settings");
      double[] logits = numbers(golden.getAsJsonArray("logits"));
      double[] left = numbers(golden.getAsJsonArray("left"));
      BitSet seen = new BitSet();
      golden.getAsJsonArray("seen").forEach(token -> seen.set(token.getAsInt()));
      Sampling sampling =
          new Sampling(
              number(settings, "temperature", 1),
              (int) number(settings, "topK", 0),
              number(settings, "topP", 1),
              number(settings, "minP", 0),
              number(settings, "repetitionPenalty", 1),
              Map.of(),
              0);
      float[] row = new float[logits.length];
      for (int i = 0; i < row.length; i++) {
        row[i] = (float) logits[i];
      }
      Sampler.adjust(row, 0, row.length, sampling, seen);
      int[] drawn = new int[row.length];
      for (int i = 0; i < DRAWS; i++) {
        drawn[Sampler.choose(row, 0, row.length, sampling, (i + 0.5) / DRAWS)]++;
      }
      for (int token = 0; token < row.length; token++) {
        assertEquals(left[token], drawn[token] / (double) DRAWS, 2e-5, settings + " " + token);
      }
    }
  }

  private static double number(JsonObject settings, String name, double otherwise) {
    return settings.has(name) ? settings.get(name).getAsDouble() : otherwise;
  }

  private static double[] numbers(JsonArray array) {
    return array.asList().stream().mapToDouble(JsonElement::getAsDouble).toArray();
  }

  private static JsonObject golden() throws IOException {
    try (Reader reader =
        new InputStreamReader(
            SamplingGoldenTest.class.getResourceAsStream("sampling-golden.json"),
            StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(reader).getAsJsonObject();
    }
  }
}
