package llmthreads.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import llmthreads.device.Cancellation;
import llmthreads.device.EngineThreads;
import llmthreads.model.Architecture;
import llmthreads.model.Config;
import llmthreads.model.LanguageModel;
import llmthreads.model.ModelException;
import llmthreads.model.Precision;
import llmthreads.model.Safetensors;
import llmthreads.trace.Trace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Small random models of every architecture and option, from their published files, say what the
 * usual Python library says.
 */
class GoldenTest {
  private static final String SUFFIX = "-golden.json";
  private static final GenerateOptions OPTIONS =
      GenerateOptions.of(Sampling.greedy()).withMaxTokens(5).withLogits();

  @TempDir Path folder;

  static List<String> names() throws IOException, URISyntaxException {
    Path all = Path.of(GoldenTest.class.getResource("/llmthreads/model").toURI());
    try (Stream<Path> files = Files.list(all)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(SUFFIX))
          .map(name -> name.substring(0, name.length() - SUFFIX.length()))
          .sorted()
          .toList();
    }
  }

  @Test
  void every_architecture_has_a_golden_model() throws Exception {
    Set<String> there =
        names().stream()
            .map(name -> GoldenModel.read(name).config().getAsJsonArray("architectures"))
            .map(architectures -> architectures.get(0).getAsString())
            .collect(Collectors.toSet());
    assertEquals(
        Arrays.stream(Architecture.values())
            .map(Architecture::published)
            .collect(Collectors.toSet()),
        there);
  }

  @ParameterizedTest
  @MethodSource("names")
  void logits_and_greedy_answers_are_those_of_the_python_library(String name) throws IOException {
    GoldenModel golden = GoldenModel.read(name);
    golden.write(folder, 1);
    for (GenerateOptions options :
        List.of(OPTIONS.withBatch(1), OPTIONS.withBatch(8), OPTIONS.withPrefillChunk(7))) {
      golden.assertSaidBy(answers(golden, Precision.F32, options), name);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void in_bfloat16_the_first_logits_are_near(String name) throws IOException {
    GoldenModel golden = GoldenModel.read(name);
    golden.write(folder, 1);
    List<Completion> answers = answers(golden, Precision.BF16, OPTIONS);
    for (int i = 0; i < answers.size(); i++) {
      float[] expected = golden.sequences().get(i).logits()[0];
      assertArrayEquals(expected, answers.get(i).logits()[0], 0.15f, name + ", prompt " + i);
    }
  }

  @Test
  void a_model_in_several_files_is_the_same_model() throws IOException {
    GoldenModel golden = GoldenModel.read("llama");
    golden.write(folder, 1);
    List<Completion> one = answers(golden, Precision.F32, OPTIONS);
    Files.delete(folder.resolve("model.safetensors"));
    golden.write(folder, 3);
    List<Completion> three = answers(golden, Precision.F32, OPTIONS);
    for (int i = 0; i < one.size(); i++) {
      assertTrue(one.get(i).sameBits(three.get(i)));
    }
    Files.delete(folder.resolve("model-00002-of-00003.safetensors"));
    String message =
        assertThrows(ModelException.class, () -> answers(golden, Precision.F32, OPTIONS))
            .getMessage();
    assertTrue(message.contains("model-00002-of-00003.safetensors"), message);
  }

  private List<Completion> answers(
      GoldenModel golden, Precision precision, GenerateOptions options) {
    Config config = Config.read(folder);
    try (EngineThreads one = new EngineThreads("golden", 1, 1);
        Safetensors weights = Safetensors.openFolder(folder);
        LanguageModel model = LanguageModel.of(config, weights, precision)) {
      Cancellation cancellation = new Cancellation();
      return one.run(
          cancellation,
          () ->
              new Generator(model, options, cancellation, Trace.off()).run(golden.prompts(config)));
    }
  }
}
