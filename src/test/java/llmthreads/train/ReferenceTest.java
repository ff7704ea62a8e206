package llmthreads.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.Gson;
import com.google.gson.annotations.SerializedName;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import llmthreads.generate.Completion;
import llmthreads.generate.Engine;
import llmthreads.generate.GenerateOptions;
import llmthreads.generate.Sampling;
import llmthreads.model.EmbeddedModel;
import llmthreads.model.Precision;
import org.junit.jupiter.api.Test;

/** What src/test/python/embedded_model_golden.py wrote down of the usual Python library. */
class ReferenceTest {
  private record Golden(
      @SerializedName("made by") String madeBy,
      @SerializedName("model.safetensors") String model,
      List<Case> cases) {}

  private record Case(String prompt, int[] tokens, float[] logits, int[] answer, String text) {}

  private static Golden golden() throws IOException {
    try (Reader reader =
        new InputStreamReader(
            ReferenceTest.class.getResourceAsStream("embedded-model-golden.json"),
            StandardCharsets.UTF_8)) {
      return new Gson().fromJson(reader, Golden.class);
    }
  }

  @Test
  void the_golden_values_are_of_this_model() throws Exception {
    Path weights = EmbeddedModel.folder().resolve("model.safetensors");
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(weights));
    assertEquals(HexFormat.of().formatHex(hash), golden().model());
  }

  @Test
  void tokens_logits_and_answers_are_those_of_the_python_library() throws IOException {
    Golden golden = golden();
    GenerateOptions options = GenerateOptions.of(Sampling.greedy()).withMaxTokens(40).withLogits();
    try (Engine engine = Engine.load(EmbeddedModel.folder(), Precision.F32, 1)) {
      for (Case one : golden.cases()) {
        String about = one.prompt() + ", " + golden.madeBy();
        assertArrayEquals(
            one.tokens(), engine.model().tokenizer().orElseThrow().encode(one.prompt()), about);
        Completion answer = engine.generate(List.of(one.prompt()), options).getFirst();
        assertArrayEquals(one.logits(), answer.logits()[0], 1e-4f, about);
        assertEquals(Arrays.toString(one.answer()), Arrays.toString(answer.tokens()), about);
        assertEquals(one.text(), answer.text(), about);
      }
    }
  }
}
