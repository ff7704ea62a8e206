package llmthreads.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import llmthreads.model.Config;
import llmthreads.model.EmbeddedModel;
import org.junit.jupiter.api.Test;

class EmbeddedModelTest {
  private final Path folder = EmbeddedModel.folder();

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
