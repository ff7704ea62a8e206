package llmthreads.parallel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Set;
import llmthreads.device.Cancellation;
import llmthreads.generate.Completion;
import llmthreads.generate.GenerateOptions;
import llmthreads.generate.Prompt;
import llmthreads.generate.Sampling;
import llmthreads.model.Architecture;
import llmthreads.model.Config;
import llmthreads.model.Design;
import llmthreads.model.LanguageModel;
import llmthreads.model.LinearKernel;
import llmthreads.model.Precision;
import llmthreads.model.RandomWeights;
import llmthreads.model.SampleDesigns;
import llmthreads.model.Shard;
import llmthreads.trace.Span;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorParallelTest {
  /** Nothing of it divides evenly by 3: 8 query heads on 4, 9 blocks of 32 columns, 5 of tokens. */
  private static final Config CONFIG =
      new Config(157, 288, 3, 8, 4, 32, 352, 96, 1e-5, 10_000, true, -1, List.of(5, 9));

  private static final LanguageModel MODEL =
      LanguageModel.of(CONFIG, new RandomWeights(11), Precision.F32);
  private static final List<Prompt> PROMPTS = SerialOracle.prompts(CONFIG, 16);

  @AfterAll
  static void close() {
    MODEL.close();
  }

  @Test
  void gathered_every_token_and_bit_is_that_of_the_serial_run() {
    for (Sampling sampling :
        List.of(Sampling.greedy(), Sampling.random(0.8, 7).withTopK(50).withTopP(0.9))) {
      GenerateOptions options = GenerateOptions.of(sampling).withMaxTokens(6).withLogits();
      List<Completion> serial = SerialOracle.answers(MODEL, PROMPTS, options);
      for (int workers = 1; workers <= 4; workers++) {
        try (TensorParallel shards = new TensorParallel(MODEL, workers, 1)) {
          for (int[] each : new int[][] {{1, 0}, {16, 0}, {5, 13}}) {
            GenerateOptions asked = options.withBatch(each[0]).withPrefillChunk(each[1]);
            SerialOracle.assertSameBits(
                serial,
                shards.generate(PROMPTS, asked, new Cancellation()).completions(),
                "%d workers, %s".formatted(workers, asked));
          }
        }
      }
    }
  }

  @Test
  void reduced_logits_are_within_a_ten_thousandth_of_the_serial_ones() {
    GenerateOptions options = GenerateOptions.of(Sampling.greedy()).withMaxTokens(6).withLogits();
    List<Completion> serial = SerialOracle.answers(MODEL, PROMPTS, options);
    boolean another = false;
    for (int workers = 1; workers <= 4; workers++) {
      try (TensorParallel shards = new TensorParallel(MODEL, workers, 1, Shard.Form.REDUCED)) {
        List<Completion> reduced =
            shards.generate(PROMPTS, options, new Cancellation()).completions();
        List<Completion> again =
            shards.generate(PROMPTS, options, new Cancellation()).completions();
        for (int i = 0; i < serial.size(); i++) {
          assertArrayEquals(
              serial.get(i).logits()[0], reduced.get(i).logits()[0], 1e-4f, "prompt " + i);
          assertTrue(reduced.get(i).sameBits(again.get(i)), "the order of additions is fixed");
          another |= !reduced.get(i).sameBits(serial.get(i));
        }
      }
    }
    assertTrue(another, "sums in another order round otherwise somewhere");
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void reduced_logits_of_every_architecture_are_near_the_serial_ones(Architecture architecture) {
    Design design = SampleDesigns.of(architecture);
    Config config = new Config(157, 160, 2, 8, 4, 32, 224, 96, 1e-5, false, -1, List.of(), design);
    GenerateOptions options = GenerateOptions.of(Sampling.greedy()).withMaxTokens(1).withLogits();
    try (LanguageModel model = LanguageModel.of(config, new RandomWeights(3), Precision.F32);
        TensorParallel shards = new TensorParallel(model, 3, 1, Shard.Form.REDUCED)) {
      List<Completion> serial = SerialOracle.answers(model, PROMPTS, options);
      List<Completion> reduced =
          shards.generate(PROMPTS, options, new Cancellation()).completions();
      for (int i = 0; i < serial.size(); i++) {
        assertArrayEquals(
            serial.get(i).logits()[0], reduced.get(i).logits()[0], 1e-4f, "prompt " + i);
      }
    }
  }

  /** A shard rounds its own part of a row by itself: squares of two such errors add up. */
  @ParameterizedTest
  @EnumSource(names = {"INT8", "INT4"})
  void reduced_integer_logits_differ_from_the_serial_ones_by_no_more_than_two_roundings(
      Precision precision) {
    assumeTrue(LinearKernel.has(precision), "this machine has no products in " + precision);
    GenerateOptions options = GenerateOptions.of(Sampling.greedy()).withMaxTokens(1).withLogits();
    List<Completion> exact = SerialOracle.answers(MODEL, PROMPTS, options);
    try (LanguageModel model = LanguageModel.of(CONFIG, new RandomWeights(11), precision);
        TensorParallel shards = new TensorParallel(model, 3, 1, Shard.Form.REDUCED)) {
      List<Completion> serial = SerialOracle.answers(model, PROMPTS, options);
      List<Completion> reduced =
          shards.generate(PROMPTS, options, new Cancellation()).completions();
      double error = distance(serial, exact);
      double off = distance(reduced, serial);
      assertTrue(off > 0 && off < 2 * error, off + " off, and rounding alone is " + error + " off");
    }
  }

  /** The sum of the squares of differences. */
  private static double distance(List<Completion> some, List<Completion> others) {
    double squares = 0;
    for (int i = 0; i < some.size(); i++) {
      float[] a = some.get(i).logits()[0];
      float[] b = others.get(i).logits()[0];
      for (int token = 0; token < a.length; token++) {
        squares += (a[token] - b[token]) * (a[token] - b[token]);
      }
    }
    return squares;
  }

  @Test
  void a_worker_holds_its_share_of_the_weights_and_both_forms_move_what_the_formulas_say() {
    long whole = MODEL.weights().bytes();
    for (Shard.Form form : Shard.Form.values()) {
      try (TensorParallel shards = new TensorParallel(MODEL, 3, 1, form)) {
        for (long bytes : shards.weightBytes()) {
          assertTrue(bytes < 0.5 * whole, bytes + " of " + whole);
        }
        GenerateOptions one = GenerateOptions.of(Sampling.greedy()).withMaxTokens(1).withBatch(1);
        List<Prompt> lone = Prompt.of(CONFIG, List.of(new int[] {3, 4, 6, 8}));
        ParallelRun run = shards.generate(lone, one, new Cancellation());
        long tokens = 4;
        long stream = tokens * CONFIG.hiddenSize() * Float.BYTES;
        long logits = (long) CONFIG.vocabularySize() * Float.BYTES;
        if (form == Shard.Form.GATHERED) {
          long layer =
              tokens * Float.BYTES * (CONFIG.queryWidth() + CONFIG.feedForwardSize()) + 2 * stream;
          assertEquals(
              stream + CONFIG.layers() * layer + logits, run.trace().bytes().get("gather"));
        } else {
          long reduces = 2L * CONFIG.layers() + 1;
          assertEquals(reduces * 2 * (3 - 1) * stream, run.trace().bytes().get("all-reduce"));
          assertEquals(logits, run.trace().bytes().get("gather"));
        }
      }
    }
  }

  @Test
  void all_workers_compute_every_step() {
    try (TensorParallel shards = new TensorParallel(MODEL, 2, 1)) {
      GenerateOptions options = GenerateOptions.of(Sampling.greedy()).withMaxTokens(3);
      ParallelRun run = shards.generate(PROMPTS.subList(0, 2), options, new Cancellation());
      for (String lane : shards.threads().names()) {
        List<String> names =
            run.trace().spans().stream()
                .filter(span -> span.lane().equals(lane))
                .map(Span::name)
                .toList();
        assertTrue(names.containsAll(Set.of("gather", Cycle.WAIT)), lane + " " + names);
        assertTrue(names.stream().filter("gather"::equals).count() >= 3L * 4 * CONFIG.layers());
      }
    }
  }

  @Test
  void the_cost_of_each_worker_adds_up_to_the_run() {
    try (TensorParallel shards = new TensorParallel(MODEL, 2, 1)) {
      GenerateOptions options = GenerateOptions.of(Sampling.greedy()).withMaxTokens(6);
      ParallelRun run = shards.generate(PROMPTS, options, new Cancellation());
      for (WorkerCost cost : shards.costs(run)) {
        long whole = cost.computeNs() + cost.synchroniseNs() + cost.waitNs();
        assertTrue(cost.computeNs() > 0 && cost.synchroniseNs() > 0 && cost.waitNs() > 0);
        assertTrue(whole <= run.trace().durationNs(), cost.toString());
        assertTrue(whole > run.trace().durationNs() / 2, cost.toString());
        assertEquals(
            shards.weightBytes().get(shards.threads().names().indexOf(cost.worker())),
            cost.weightBytes());
      }
      assertEquals(
          run.trace().bytes().get("gather"),
          shards.costs(run).stream().mapToLong(WorkerCost::movedBytes).sum());
    }
  }

  @Test
  void what_cannot_be_cut_is_refused_in_a_sentence() {
    refused("4 key-value heads can be cut among 4 workers at most, not 5", 5);
    refused("at least 1 worker, not 0", 0);
  }

  private static void refused(String reason, int workers) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> new TensorParallel(MODEL, workers, 1))
            .getMessage();
    assertTrue(message.contains(reason), message);
  }
}
