package llmthreads.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import llmthreads.device.Cancellation;
import llmthreads.generate.Completion;
import llmthreads.generate.GenerateOptions;
import llmthreads.generate.Prompt;
import llmthreads.generate.Sampling;
import llmthreads.model.Config;
import llmthreads.model.LanguageModel;
import llmthreads.model.LayerRange;
import llmthreads.model.Precision;
import llmthreads.model.RandomWeights;
import llmthreads.trace.Span;
import llmthreads.trace.Trace;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class PipelineParallelTest {
  private static final Config CONFIG =
      new Config(97, 64, 5, 4, 2, 32, 96, 96, 1e-5, 10_000, true, -1, List.of(5, 9));
  private static final LanguageModel MODEL =
      LanguageModel.of(CONFIG, new RandomWeights(11), Precision.F32);
  private static final List<Prompt> PROMPTS = SerialOracle.prompts(CONFIG, 24);

  @AfterAll
  static void close() {
    MODEL.close();
  }

  @Test
  void every_token_and_bit_is_that_of_the_serial_run() {
    for (Sampling sampling :
        List.of(Sampling.greedy(), Sampling.random(0.8, 7).withTopK(50).withTopP(0.9))) {
      GenerateOptions options = GenerateOptions.of(sampling).withMaxTokens(6).withLogits();
      List<Completion> serial = SerialOracle.answers(MODEL, PROMPTS, options);
      for (int stages = 1; stages <= CONFIG.layers(); stages++) {
        try (PipelineParallel pipeline = new PipelineParallel(MODEL, stages, 1)) {
          for (int[] each : new int[][] {{1, 1, 0}, {8, 2, 0}, {24, 5, 0}, {8, 5, 13}}) {
            GenerateOptions asked = options.withBatch(each[0]).withPrefillChunk(each[2]);
            SerialOracle.assertSameBits(
                serial,
                pipeline.generate(PROMPTS, asked, each[1], new Cancellation()).completions(),
                "%d stages, %d micro-batches, %s".formatted(stages, each[1], asked));
          }
        }
      }
    }
  }

  @Test
  void stages_are_cut_where_the_caller_says() {
    List<LayerRange> uneven = List.of(new LayerRange(0, 4), new LayerRange(4, 5));
    GenerateOptions options = GenerateOptions.of(Sampling.greedy()).withMaxTokens(4);
    try (PipelineParallel pipeline = new PipelineParallel(MODEL, uneven, 1)) {
      assertEquals(uneven, pipeline.layers());
      SerialOracle.assertSameBits(
          SerialOracle.answers(MODEL, PROMPTS, options),
          pipeline.generate(PROMPTS, options, 3, new Cancellation()).completions(),
          "uneven");
    }
  }

  @Test
  void the_trace_shows_each_micro_batch_in_one_stage_after_the_other() {
    try (PipelineParallel pipeline = new PipelineParallel(MODEL, 2, 1)) {
      GenerateOptions options = GenerateOptions.of(Sampling.greedy()).withMaxTokens(1);
      Trace trace =
          pipeline.generate(PROMPTS.subList(0, 8), options, 4, new Cancellation()).trace();
      List<Span> first = prefills(trace, pipeline.threads().names().get(0));
      List<Span> second = prefills(trace, pipeline.threads().names().get(1));
      assertEquals(4, first.size());
      assertEquals(4, second.size());
      for (int i = 0; i < 4; i++) {
        assertTrue(second.get(i).startNs() >= first.get(i).endNs(), "micro-batch " + i);
        assertEquals(0, first.get(i).bytes());
        assertTrue(second.get(i).bytes() > 0, "hidden states move to the second stage");
      }
    }
  }

  private static List<Span> prefills(Trace trace, String lane) {
    return trace.spans().stream()
        .filter(span -> span.lane().equals(lane) && span.name().equals("prefill"))
        .toList();
  }

  @Test
  void runs_asked_for_by_two_threads_at_once_both_end() throws Exception {
    GenerateOptions options = GenerateOptions.of(Sampling.greedy()).withMaxTokens(3);
    List<Completion> serial = SerialOracle.answers(MODEL, PROMPTS, options);
    try (PipelineParallel pipeline = new PipelineParallel(MODEL, 3, 1);
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<ParallelRun> ask = () -> pipeline.generate(PROMPTS, options, 2, new Cancellation());
      for (Future<ParallelRun> run : callers.invokeAll(Collections.nCopies(6, ask))) {
        SerialOracle.assertSameBits(serial, run.get().completions(), "one of six");
      }
    }
  }

  @Test
  void what_cannot_be_cut_is_refused_in_a_sentence() {
    refused("5 layers cannot be cut into 6 stages", () -> new PipelineParallel(MODEL, 6, 1));
    refused("5 layers cannot be cut into 0 stages", () -> new PipelineParallel(MODEL, 0, 1));
    refused(
        "layer 2 comes next",
        () -> new PipelineParallel(MODEL, List.of(new LayerRange(0, 2), new LayerRange(3, 5)), 1));
    refused(
        "end with layer 2, the model has 5",
        () -> new PipelineParallel(MODEL, List.of(new LayerRange(0, 2)), 1));
    try (PipelineParallel pipeline = new PipelineParallel(MODEL, 2, 1)) {
      refused(
          "at least 1 micro-batch, not 0",
          () ->
              pipeline.generate(
                  PROMPTS, GenerateOptions.of(Sampling.greedy()), 0, new Cancellation()));
    }
  }

  private static void refused(String reason, Runnable request) {
    String message = assertThrows(IllegalArgumentException.class, request::run).getMessage();
    assertTrue(message.contains(reason), message);
  }
}
