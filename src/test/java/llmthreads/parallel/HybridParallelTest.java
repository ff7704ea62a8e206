package llmthreads.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import llmthreads.device.Cancellation;
import llmthreads.generate.Completion;
import llmthreads.generate.GenerateOptions;
import llmthreads.generate.Prompt;
import llmthreads.generate.Sampling;
import llmthreads.model.Config;
import llmthreads.model.LanguageModel;
import llmthreads.model.Precision;
import llmthreads.model.RandomWeights;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class HybridParallelTest {
  private static final Config CONFIG =
      new Config(157, 96, 3, 4, 2, 32, 96, 96, 1e-5, 10_000, true, -1, List.of(5, 9));
  private static final LanguageModel MODEL =
      LanguageModel.of(CONFIG, new RandomWeights(3), Precision.F32);
  private static final List<Prompt> PROMPTS = SerialOracle.prompts(CONFIG, 20);

  @AfterAll
  static void close() {
    MODEL.close();
  }

  @Test
  void every_token_and_bit_of_every_mesh_is_that_of_the_serial_run() {
    for (Sampling sampling : List.of(Sampling.greedy(), Sampling.random(0.8, 7).withTopK(50))) {
      GenerateOptions options = GenerateOptions.of(sampling).withMaxTokens(5).withLogits();
      List<Completion> serial = SerialOracle.answers(MODEL, PROMPTS, options);
      for (Mesh mesh :
          List.of(
              new Mesh(1, 1, 1),
              new Mesh(3, 1, 1),
              new Mesh(2, 2, 1),
              new Mesh(2, 1, 2),
              new Mesh(1, 3, 2),
              new Mesh(2, 2, 2))) {
        try (HybridParallel hybrid = new HybridParallel(MODEL, mesh, 1)) {
          for (int microBatches : new int[] {1, 3}) {
            SerialOracle.assertSameBits(
                serial,
                hybrid.generate(PROMPTS, options, microBatches, new Cancellation()).completions(),
                "%s, %d micro-batches".formatted(mesh, microBatches));
          }
          List<Completion> lone =
              hybrid.generate(PROMPTS.subList(0, 1), options, new Cancellation()).completions();
          SerialOracle.assertSameBits(serial.subList(0, 1), lone, mesh + ", one prompt");
        }
      }
    }
  }

  @Property(tries = 50)
  void every_place_of_a_mesh_is_taken_by_one_worker(
      @ForAll @IntRange(min = 1, max = 5) int data,
      @ForAll @IntRange(min = 1, max = 5) int pipeline,
      @ForAll @IntRange(min = 1, max = 5) int tensor) {
    Mesh mesh = Mesh.of(data * pipeline * tensor, data, pipeline, tensor);
    Set<Mesh.Place> places = new HashSet<>();
    for (int worker = 0; worker < mesh.workers(); worker++) {
      Mesh.Place place = mesh.place(worker);
      assertTrue(place.data() < data && place.stage() < pipeline && place.shard() < tensor);
      places.add(place);
    }
    assertEquals(mesh.workers(), places.size());
  }

  @Test
  void a_worker_needs_the_memory_of_its_shard_of_its_stage() {
    try (HybridParallel hybrid = new HybridParallel(MODEL, new Mesh(2, 3, 2), 1)) {
      List<Long> bytes = hybrid.weightBytes();
      assertEquals(12, bytes.size());
      assertEquals(bytes.subList(0, 6), bytes.subList(6, 12), "replicas are alike");
      assertTrue(bytes.stream().allMatch(each -> each < MODEL.weights().bytes() / 3));
    }
  }

  @Test
  void a_mesh_that_does_not_fit_is_refused_in_a_sentence() {
    refused("2 × 2 × 1 has 4 workers, not 3", () -> Mesh.of(3, 2, 2, 1));
    refused("at least 1", () -> new Mesh(1, 0, 1));
    refused(
        "3 layers cannot be cut into 4 stages",
        () -> new HybridParallel(MODEL, new Mesh(1, 4, 1), 1));
    refused(
        "2 key-value heads can be cut among 2 workers",
        () -> new HybridParallel(MODEL, new Mesh(1, 1, 3), 1));
  }

  private static void refused(String reason, Runnable request) {
    String message = assertThrows(IllegalArgumentException.class, request::run).getMessage();
    assertTrue(message.contains(reason), message);
  }
}
