package llmthreads.parallel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import llmthreads.device.Cancellation;
import llmthreads.generate.Completion;
import llmthreads.generate.GenerateOptions;
import llmthreads.generate.Prompt;
import llmthreads.generate.Sampling;
import llmthreads.model.Architecture;
import llmthreads.model.Config;
import llmthreads.model.Design;
import llmthreads.model.EmbeddedModel;
import llmthreads.model.LanguageModel;
import llmthreads.model.LinearKernel;
import llmthreads.model.Precision;
import llmthreads.model.RandomWeights;
import llmthreads.model.SampleDesigns;
import llmthreads.model.Shard;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every strategy on every model with every number of workers gives the serial run's bits. */
class StrategyGridTest {
  private static final int WORKERS = 4;
  private static final float TOLERANCE = 1e-4f;
  private static final List<Mesh> REDUCED =
      List.of(new Mesh(1, 1, 2), new Mesh(1, 1, 3), new Mesh(1, 1, 4), new Mesh(1, 2, 2));
  private static final List<Sampling> SAMPLINGS =
      List.of(Sampling.greedy(), Sampling.random(0.8, 7).withTopK(50).withTopP(0.9));

  /** Models by name: the embedded one, and a random one of every architecture. */
  static Stream<String> models() {
    return Stream.concat(
        Stream.of("embedded"), Arrays.stream(Architecture.values()).map(Architecture::name));
  }

  /** Models in single precision; the embedded one, and one with a bias everywhere, in integers. */
  static Stream<Arguments> modelsAndPrecisions() {
    return Stream.concat(
        models().map(name -> Arguments.of(name, Precision.F32)),
        Stream.of(Precision.INT8, Precision.INT4)
            .filter(LinearKernel::has)
            .flatMap(
                precision ->
                    Stream.of("embedded", "GPT2").map(name -> Arguments.of(name, precision))));
  }

  @ParameterizedTest
  @MethodSource("modelsAndPrecisions")
  void every_strategy_gives_the_serial_bits(String name, Precision precision) {
    try (LanguageModel model = model(name, precision)) {
      List<Prompt> prompts = SerialOracle.prompts(model.config(), 10);
      for (Sampling sampling : SAMPLINGS) {
        GenerateOptions options =
            GenerateOptions.of(sampling).withMaxTokens(6).withBatch(6).withLogits();
        List<Completion> serial = SerialOracle.answers(model, prompts, options);
        assertFalse(serial.stream().allMatch(answer -> answer.tokens().length == 1), "too short");
        strategies(model)
            .forEach(
                (strategy, making) -> {
                  try (ParallelEngine engine = making.get()) {
                    SerialOracle.assertSameBits(
                        serial,
                        engine.generate(prompts, options, new Cancellation()).completions(),
                        "%s on %s in %s, %s".formatted(strategy, name, precision, sampling));
                  }
                });
      }
    }
  }

  /** The reduced form adds in another order, so its tokens may differ where candidates tie. */
  @ParameterizedTest
  @MethodSource("models")
  void reduced_shards_give_the_serial_logits_within_a_ten_thousandth(String name) {
    try (LanguageModel model = model(name, Precision.F32)) {
      List<Prompt> prompts = SerialOracle.prompts(model.config(), 10);
      for (Sampling sampling : SAMPLINGS) {
        GenerateOptions options =
            GenerateOptions.of(sampling).withMaxTokens(6).withBatch(6).withLogits();
        List<Completion> serial = SerialOracle.answers(model, prompts, options);
        for (Mesh mesh : REDUCED) {
          String what = "%s on %s, %s".formatted(mesh, name, sampling);
          try (ParallelEngine engine = new HybridParallel(model, mesh, 1, Shard.Form.REDUCED)) {
            List<Completion> reduced =
                engine.generate(prompts, options, new Cancellation()).completions();
            for (int i = 0; i < serial.size(); i++) {
              assertClose(serial.get(i), reduced.get(i), what);
              if (name.equals("embedded") && sampling.isGreedy()) {
                assertArrayEquals(serial.get(i).tokens(), reduced.get(i).tokens(), what);
              }
            }
          }
        }
      }
    }
  }

  /** Logits are compared as long as the tokens before them are the same. */
  private static void assertClose(Completion serial, Completion reduced, String message) {
    int step = 0;
    do {
      assertArrayEquals(serial.logits()[step], reduced.logits()[step], TOLERANCE, message);
    } while (serial.tokens()[step] == reduced.tokens()[step] && ++step < serial.tokens().length);
  }

  @ParameterizedTest
  @MethodSource("models")
  void more_workers_than_layers_or_heads_are_refused_in_a_sentence(String name) {
    try (LanguageModel model = model(name, Precision.F32)) {
      Config config = model.config();
      refused("cut into", () -> new PipelineParallel(model, config.layers() + 1, 1));
      refused("at most", () -> new TensorParallel(model, config.keyValueHeads() + 1, 1));
      refused(
          "at most",
          () -> new HybridParallel(model, new Mesh(1, 1, config.keyValueHeads() + 1), 1));
    }
  }

  private static Map<String, Supplier<ParallelEngine>> strategies(LanguageModel model) {
    Map<String, Supplier<ParallelEngine>> all = new LinkedHashMap<>();
    for (int count = 1; count <= WORKERS; count++) {
      int workers = count;
      for (Schedule schedule : Schedule.values()) {
        all.put(
            "data %d %s".formatted(workers, schedule),
            () -> new DataParallel(model, workers, 1, schedule));
      }
      all.put("pipeline " + workers, () -> new PipelineParallel(model, workers, 1));
      all.put("tasks " + workers, () -> new TaskEngine(model, workers, 3));
      all.put("tensor " + workers, () -> new TensorParallel(model, workers, 1));
      for (Mesh mesh : meshes(workers)) {
        all.put("hybrid " + mesh, () -> new HybridParallel(model, mesh, 1));
      }
    }
    return all;
  }

  /** Every mesh of so many workers that has more than one side. */
  private static List<Mesh> meshes(int workers) {
    List<Mesh> meshes = new ArrayList<>();
    for (int data = 1; data <= workers; data++) {
      for (int pipeline = 1; data * pipeline <= workers; pipeline++) {
        int tensor = workers / (data * pipeline);
        long sides = Stream.of(data, pipeline, tensor).filter(side -> side > 1).count();
        if (data * pipeline * tensor == workers && sides > 1) {
          meshes.add(Mesh.of(workers, data, pipeline, tensor));
        }
      }
    }
    return meshes;
  }

  private static LanguageModel model(String name, Precision precision) {
    return name.equals("embedded")
        ? LanguageModel.load(EmbeddedModel.folder(), precision)
        : LanguageModel.of(shape(name), new RandomWeights(5), precision);
  }

  /** Nothing in it divides evenly by 3. */
  private static Config shape(String architecture) {
    Design design = SampleDesigns.of(Architecture.valueOf(architecture));
    return new Config(157, 160, 5, 8, 4, 32, 224, 96, 1e-5, false, -1, List.of(5, 9), design);
  }

  private static void refused(String reason, Supplier<ParallelEngine> request) {
    String message = assertThrows(IllegalArgumentException.class, request::get).getMessage();
    assertTrue(message.contains(reason), message);
  }
}
