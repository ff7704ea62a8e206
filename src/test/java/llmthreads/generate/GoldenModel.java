package llmthreads.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.annotations.SerializedName;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import llmthreads.model.Config;
import llmthreads.model.GoldenFolder;

/**
 * What src/test/python/architecture_golden.py wrote down of one small random model.
 *
 * @param config its config.json
 * @param tensors shapes by name, as they lie in its published file
 */
record GoldenModel(
    @SerializedName("made by") String madeBy,
    JsonObject config,
    Map<String, long[]> tensors,
    List<Sequence> sequences) {
  /** A prompt, the greedy answer, and the logits of each of its steps. */
  record Sequence(int[] prompt, int[] answer, float[][] logits) {}

  static GoldenModel read(String name) {
    String file = "/llmthreads/model/" + name + "-golden.json";
    try (InputStream in = GoldenModel.class.getResourceAsStream(file);
        InputStreamReader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
      return new Gson().fromJson(reader, GoldenModel.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Prompt> prompts(Config shape) {
    return Prompt.of(shape, sequences.stream().map(Sequence::prompt).toList());
  }

  /** Writes the model's folder: its config, and its tensors spread over some files. */
  void write(Path folder, int files) throws IOException {
    GoldenFolder.write(folder, config, tensors, files);
  }

  /** Checks answers, and their logits at every step, against what was written down. */
  void assertSaidBy(List<Completion> answers, String name) {
    assertEquals(sequences.size(), answers.size());
    for (int i = 0; i < answers.size(); i++) {
      Sequence expected = sequences.get(i);
      String about = "%s, prompt %d, %s".formatted(name, i, madeBy);
      for (int step = 0; step < expected.logits().length; step++) {
        assertArrayEquals(expected.logits()[step], answers.get(i).logits()[step], 1e-4f, about);
      }
      assertArrayEquals(expected.answer(), answers.get(i).tokens(), about);
    }
  }
}
