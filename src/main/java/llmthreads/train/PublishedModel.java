package llmthreads.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import llmthreads.model.Config;
import llmthreads.model.Safetensors;

/** A trained model as the files that every library reads. */
final class PublishedModel {
  private PublishedModel() {}

  /** Writes config.json, model.safetensors in bfloat16, and the tokenizer's files. */
  static void write(Path folder, Config config, Vocabulary vocabulary, Checkpoint checkpoint) {
    Map<String, Safetensors.Entry> weights = new LinkedHashMap<>();
    for (String name : TrainingScript.names(config)) {
      weights.put(
          name,
          Safetensors.Entry.bf16(
              checkpoint.tensors().get(name), TrainingScript.sizes(config, name)));
    }
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("tokenizer.json"), vocabulary.tokenizerJson());
      Files.writeString(folder.resolve("tokenizer_config.json"), vocabulary.tokenizerConfigJson());
    } catch (IOException e) {
      throw new UncheckedIOException("The model cannot be written to " + folder, e);
    }
    config.write(folder, "bfloat16");
    Safetensors.write(folder.resolve("model.safetensors"), weights);
  }
}
