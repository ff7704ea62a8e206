package llmthreads.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import llmthreads.script.Operand;
import llmthreads.script.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A model of any architecture as a whole folder of files. */
class PublishedFilesTest {
  private static final int[] TOKENS = {3, 1, 4, 1, 5, 9, 2, 6};

  @TempDir Path folder;

  /** Random weights that remember what was asked for. */
  private static final class Recorder implements WeightSource {
    private final RandomWeights random = new RandomWeights(3);
    private final Map<String, Safetensors.Entry> asked = new LinkedHashMap<>();

    @Override
    public Safetensors.Entry get(String name, long... shape) {
      return asked.computeIfAbsent(name, any -> random.get(name, shape));
    }
  }

  /** The embedded model's tokenizer fits all of them. */
  @BeforeEach
  void copyTokenizer() throws IOException {
    String file = "tokenizer.json";
    Files.copy(EmbeddedModel.folder().resolve(file), folder.resolve(file));
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void a_folder_says_what_the_same_numbers_in_memory_say(Architecture architecture) {
    float[] expected = write(architecture, new Recorder());
    assertArrayEquals(expected, load());
  }

  @Test
  void a_gpt2_may_have_its_names_with_and_without_a_prefix_and_its_older_tokenizer()
      throws Exception {
    Recorder recorder = new Recorder();
    float[] expected = write(Architecture.GPT2, recorder);
    Map<String, Safetensors.Entry> bare = new LinkedHashMap<>();
    recorder.asked.forEach((name, entry) -> bare.put(name.replace("transformer.", ""), entry));
    assertTrue(bare.containsKey("wte.weight"));
    Safetensors.write(folder.resolve("model.safetensors"), bare);
    Files.delete(folder.resolve("tokenizer.json"));
    for (String file : List.of("vocab.json", "merges.txt")) {
      Path from = Path.of(getClass().getResource("byte-pairs/" + file).toURI());
      Files.copy(from, folder.resolve(file));
    }
    assertArrayEquals(expected, load());
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void every_tensor_that_is_missing_or_misshapen_is_named_with_its_file(Architecture architecture) {
    Recorder recorder = new Recorder();
    write(architecture, recorder);
    for (String name : List.copyOf(recorder.asked.keySet())) {
      Map<String, Safetensors.Entry> others = new LinkedHashMap<>(recorder.asked);
      others.remove(name);
      refused(name, others);
      others.put(name, Safetensors.Entry.f32(new float[6], 2, 3));
      refused(name, others);
    }
  }

  private void refused(String name, Map<String, Safetensors.Entry> entries) {
    Safetensors.write(folder.resolve("model.safetensors"), entries);
    long before = Operand.live();
    String message = assertThrows(ModelException.class, this::load).getMessage();
    assertTrue(
        message.contains("model.safetensors") && message.contains("'%s'".formatted(name)), message);
    assertEquals(before, Operand.live(), "memory is given back");
  }

  /** Writes config and weights, one layer of them, and computes with the same in memory. */
  private float[] write(Architecture architecture, Recorder recorder) {
    Design design = SampleDesigns.of(architecture);
    int keyValueHeads = architecture == Architecture.GPT2 ? 4 : 2;
    Config config =
        new Config(704, 64, 1, 4, keyValueHeads, 16, 96, 64, 1e-5, false, -1, List.of(), design);
    config.write(folder, "float32");
    try (LanguageModel model = LanguageModel.of(config, recorder, Precision.F32)) {
      Safetensors.write(folder.resolve("model.safetensors"), recorder.asked);
      return logits(model);
    }
  }

  private float[] load() {
    try (LanguageModel model = LanguageModel.load(folder, Precision.F32)) {
      return logits(model);
    }
  }

  private static float[] logits(LanguageModel model) {
    Paging paging = Paging.of(1, 64);
    try (StepRunner runner = model.decoder().open(paging);
        Tensor logits = runner.forward(Step.alone(paging, new int[][] {TOKENS}, 0))) {
      return logits.toFloats();
    }
  }
}
