package llmthreads.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import llmthreads.generate.Engine;
import llmthreads.model.Config;
import llmthreads.model.EmbeddedModel;
import llmthreads.train.task.Task;
import org.junit.jupiter.api.Test;

class EmbeddedModelTest {
  private final Path folder = EmbeddedModel.folder();

  @Test
  void it_answers_at_least_95_of_100_held_out_examples_of_every_task_with_one_answer() {
    try (Engine engine = Engine.load(folder)) {
      for (Accuracy row : Accuracy.measure(engine, 200)) {
        double least = Task.named(row.task()).singleAnswer() ? 0.95 : 0.9;
        assertTrue(row.share() >= least, row.toString());
      }
    }
  }

  @Test
  void its_files_are_what_this_code_writes() throws IOException {
    Vocabulary vocabulary = new Vocabulary();
    assertEquals(vocabulary.tokenizerJson(), Files.readString(folder.resolve("tokenizer.json")));
    assertEquals(
        vocabulary.tokenizerConfigJson(),
        Files.readString(folder.resolve("tokenizer_config.json")));
    assertEquals(TrainEmbeddedModel.config(vocabulary), Config.read(folder));
    assertTrue(Files.size(folder.resolve("model.safetensors")) < 12_000_000);
  }
}
