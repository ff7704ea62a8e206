package llmthreads.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import llmthreads.device.Cancellation;
import llmthreads.device.Device;
import llmthreads.device.EngineThreads;
import llmthreads.model.Config;
import llmthreads.model.Decoder;
import llmthreads.model.EmbeddedModel;
import llmthreads.model.FloatKernel;
import llmthreads.model.LanguageModel;
import llmthreads.model.LayerRange;
import llmthreads.model.ModelException;
import llmthreads.model.Precision;
import llmthreads.model.Safetensors;
import llmthreads.model.Shard;
import llmthreads.model.StepRunner;
import llmthreads.model.Weights;
import llmthreads.script.Devices;
import llmthreads.trace.Trace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every device of the machine says what the processor says; without a GPU the first half of it is
 * tried, the script that a GPU gets, computed by the processor.
 */
class DeviceTest {
  private static final List<String> PROMPTS =
      List.of("compute: 12+30", "compute: 71-29", "translate to English: 42", "story:");
  private static final GenerateOptions OPTIONS =
      GenerateOptions.of(Sampling.greedy()).withMaxTokens(5).withLogits();

  @TempDir Path folder;

  static List<Device> devices() {
    return Devices.all();
  }

  static List<String> golden() throws Exception {
    return GoldenTest.names();
  }

  @ParameterizedTest
  @MethodSource("devices")
  void the_embedded_model_answers_on_every_device_as_on_the_processor(Device device) {
    GenerateOptions options = OPTIONS.withMaxTokens(24);
    Path embedded = EmbeddedModel.folder();
    try (Engine here = Engine.load(embedded, Precision.F32, 1);
        Engine there = Engine.load(embedded, Precision.F32, device)) {
      assertEquals(device.toString(), there.model().device().toString());
      List<Completion> expected = here.generate(PROMPTS, options);
      List<Completion> actual = there.generate(PROMPTS, options);
      for (int i = 0; i < PROMPTS.size(); i++) {
        assertArrayEquals(expected.get(i).tokens(), actual.get(i).tokens(), PROMPTS.get(i));
        assertArrayEquals(expected.get(i).logits()[0], actual.get(i).logits()[0], 1e-2f);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("golden")
  void the_script_for_gpus_says_what_the_python_library_says(String name) throws IOException {
    GoldenModel golden = GoldenModel.read(name);
    golden.write(folder, 1);
    for (GenerateOptions options :
        List.of(OPTIONS.withBatch(1), OPTIONS.withBatch(8), OPTIONS.withPrefillChunk(7))) {
      golden.assertSaidBy(answersOfTheScriptForGpus(golden, options), name);
    }
  }

  @Test
  void integers_are_refused_on_a_gpu_with_what_to_take_instead() {
    String message =
        assertThrows(
                ModelException.class,
                () -> Engine.load(EmbeddedModel.folder(), Precision.INT8, Device.cuda(0)))
            .getMessage();
    assertTrue(message.contains("INT8 on cuda:0") && message.contains("in BF16"), message);
  }

  private List<Completion> answersOfTheScriptForGpus(GoldenModel golden, GenerateOptions options) {
    Config config = Config.read(folder);
    Precision precision = Precision.F32;
    LayerRange all = LayerRange.all(config);
    try (EngineThreads one = new EngineThreads("golden", 1, 1);
        Safetensors source = Safetensors.openFolder(folder);
        LanguageModel model = LanguageModel.of(config, source, precision);
        Weights weights =
            Weights.load(config, source, precision, FloatKernel.GPU, all, Shard.WHOLE);
        Decoder decoder = new Decoder(config, weights)) {
      StepRunner.Source runners = decoder;
      Cancellation cancellation = new Cancellation();
      Generator generator = new Generator(model, runners, options, cancellation, Trace.off());
      return one.run(cancellation, () -> generator.run(golden.prompts(config)));
    }
  }
}
