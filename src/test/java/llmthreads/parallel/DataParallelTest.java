package llmthreads.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import llmthreads.device.Cancellation;
import llmthreads.device.EngineThread;
import llmthreads.generate.Completion;
import llmthreads.generate.CompletionListener;
import llmthreads.generate.GenerateOptions;
import llmthreads.generate.InOrder;
import llmthreads.generate.Prompt;
import llmthreads.generate.Sampling;
import llmthreads.generate.TokenListener;
import llmthreads.model.Config;
import llmthreads.model.LanguageModel;
import llmthreads.model.Precision;
import llmthreads.model.RandomWeights;
import llmthreads.script.Operand;
import llmthreads.trace.Span;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class DataParallelTest {
  private static final Config CONFIG =
      new Config(97, 64, 2, 4, 2, 32, 96, 96, 1e-5, 10_000, true, -1, List.of(5, 9));
  private static final LanguageModel MODEL =
      LanguageModel.of(CONFIG, new RandomWeights(11), Precision.F32);
  private static final List<Prompt> PROMPTS = SerialOracle.prompts(CONFIG, 200);

  @AfterAll
  static void close() {
    MODEL.close();
  }

  @Test
  void on_200_prompts_every_token_and_bit_is_that_of_the_serial_run() {
    for (Sampling sampling :
        List.of(Sampling.greedy(), Sampling.random(0.8, 7).withTopK(50).withTopP(0.9))) {
      GenerateOptions options = GenerateOptions.of(sampling).withMaxTokens(6);
      List<Completion> serial = SerialOracle.answers(MODEL, PROMPTS, options);
      for (int workers = 1; workers <= 4; workers++) {
        for (Schedule schedule : Schedule.values()) {
          try (DataParallel parallel = new DataParallel(MODEL, workers, 1, schedule)) {
            for (int batch : batches(schedule)) {
              ParallelRun run =
                  parallel.generate(PROMPTS, options.withBatch(batch), new Cancellation());
              SerialOracle.assertSameBits(
                  serial,
                  run.completions(),
                  workers + " workers, batches of " + batch + ", " + schedule);
            }
          }
        }
      }
    }
  }

  private static int[] batches(Schedule schedule) {
    return schedule == Schedule.SHARDS ? new int[] {1, 3, 8, 64} : new int[] {3, 64};
  }

  @Test
  void every_batch_size_gives_the_same_bits_with_two_workers_of_two_threads() {
    GenerateOptions options =
        GenerateOptions.of(Sampling.random(1, 3)).withMaxTokens(6).withLogits();
    List<Prompt> few = PROMPTS.subList(0, 24);
    List<Completion> serial = SerialOracle.answers(MODEL, few, options);
    try (DataParallel parallel = new DataParallel(MODEL, 2, 2)) {
      for (int batch : new int[] {1, 2, 5, 12}) {
        SerialOracle.assertSameBits(
            serial,
            parallel.generate(few, options.withBatch(batch), new Cancellation()).completions(),
            "batch " + batch);
      }
    }
  }

  @Test
  void unequal_workers_under_every_schedule_give_the_same_bits() {
    GenerateOptions options = GenerateOptions.of(Sampling.random(1, 3)).withMaxTokens(6);
    List<Prompt> some = PROMPTS.subList(0, 60);
    List<Completion> serial = SerialOracle.answers(MODEL, some, options);
    PromptCost cost = new PromptCost(0.25, prompt -> 6);
    GenerateOptions slowed = options.withListener((prompt, token, text) -> delaySecondWorker());
    for (Schedule schedule : Schedule.values()) {
      Balance<Prompt> balance = new Balance<>(schedule, cost, List.of(3.0, 1.0));
      try (DataParallel parallel = new DataParallel(MODEL, List.of(2, 1), balance)) {
        assertEquals(List.of(2, 1), parallel.threads().intraOpThreads());
        SerialOracle.assertSameBits(
            serial, parallel.generate(some, slowed, new Cancellation()).completions(), "slowed");
      }
    }
  }

  @Test
  void the_speeds_of_workers_are_measured_and_the_slower_gets_less() {
    GenerateOptions options =
        GenerateOptions.of(Sampling.greedy())
            .withMaxTokens(6)
            .withBatch(2)
            .withListener((prompt, token, text) -> delaySecondWorker());
    try (DataParallel parallel = new DataParallel(MODEL, 2, 1)) {
      List<Double> speeds = parallel.speeds(PROMPTS.subList(0, 60), options, new Cancellation());
      assertTrue(speeds.stream().allMatch(speed -> speed > 0), speeds.toString());
      Balance<Prompt> weighted =
          Balance.<Prompt>of(Schedule.WEIGHTED, 2).withSpeeds(List.of(5.0, 1.0));
      AtomicIntegerArray answers = new AtomicIntegerArray(2);
      CompletionListener count =
          answer -> answers.incrementAndGet(EngineThread.current().orElseThrow().worker());
      parallel.generate(
          PROMPTS.subList(0, 60), options.withCompletions(count), weighted, new Cancellation());
      assertEquals(50, answers.get(0));
      assertEquals(10, answers.get(1));
      assertThrows(
          IllegalArgumentException.class,
          () ->
              parallel.generate(
                  PROMPTS, options, Balance.of(Schedule.QUEUE, 3), new Cancellation()));
    }
  }

  private static void delaySecondWorker() {
    if (EngineThread.current().orElseThrow().worker() == 1) {
      LockSupport.parkNanos(200_000);
    }
  }

  @Test
  void answers_stream_as_they_come_or_in_order() {
    GenerateOptions options = GenerateOptions.of(Sampling.greedy()).withMaxTokens(6);
    List<Prompt> some = PROMPTS.subList(0, 60);
    List<Completion> serial = SerialOracle.answers(MODEL, some, options);
    try (DataParallel parallel = new DataParallel(MODEL, 3, 1, Schedule.STEALING)) {
      List<Completion> come = Collections.synchronizedList(new ArrayList<>());
      parallel.generate(some, options.withCompletions(come::add), new Cancellation());
      come.sort(Comparator.comparingInt(Completion::promptIndex));
      SerialOracle.assertSameBits(serial, come, "as they come");
      List<Completion> ordered = new ArrayList<>();
      parallel.generate(
          some, options.withCompletions(new InOrder(ordered::add)), new Cancellation());
      SerialOracle.assertSameBits(serial, ordered, "in order");
    }
  }

  @Test
  void the_failure_of_a_completion_listener_fails_the_run_and_frees_everything() {
    long before = Operand.live();
    try (DataParallel parallel = new DataParallel(MODEL, 2, 1, Schedule.QUEUE)) {
      GenerateOptions options =
          GenerateOptions.of(Sampling.greedy())
              .withMaxTokens(6)
              .withCompletions(
                  answer -> {
                    throw new IllegalArgumentException("the listener fell over");
                  });
      String told =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> parallel.generate(PROMPTS, options, new Cancellation()))
              .getMessage();
      assertEquals("the listener fell over", told);
    }
    assertEquals(before, Operand.live());
    SerialOracle.assertNoThread("worker-");
  }

  @Test
  void few_prompts_of_a_queue_go_to_all_workers() {
    try (DataParallel parallel = new DataParallel(MODEL, 2, 1)) {
      GenerateOptions options = GenerateOptions.of(Sampling.greedy()).withMaxTokens(20);
      for (Schedule schedule : List.of(Schedule.LONGEST_FIRST, Schedule.STEALING)) {
        Set<Integer> workers = ConcurrentHashMap.newKeySet();
        CyclicBarrier both = new CyclicBarrier(2);
        TokenListener meet =
            (prompt, token, text) -> {
              if (workers.add(EngineThread.current().orElseThrow().worker())) {
                await(both);
              }
            };
        parallel.generate(
            PROMPTS.subList(0, 8),
            options.withListener(meet),
            Balance.of(schedule, 2),
            new Cancellation());
        assertEquals(Set.of(0, 1), workers, "each has room for 8, and takes 4");
      }
    }
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException("the other worker has nothing to do", e);
    }
  }

  @Test
  void the_trace_shows_what_every_worker_did() {
    try (DataParallel parallel = new DataParallel(MODEL, 2, 1)) {
      ParallelRun run =
          parallel.generate(
              PROMPTS.subList(0, 8),
              GenerateOptions.of(Sampling.greedy()).withMaxTokens(3),
              new Cancellation());
      for (String lane : parallel.threads().names()) {
        List<Span> spans =
            run.trace().spans().stream().filter(span -> span.lane().equals(lane)).toList();
        assertEquals("prefill", spans.getFirst().name());
        assertEquals("decode", spans.get(1).name());
        assertEquals(Cycle.WAIT, spans.getLast().name());
        for (int i = 1; i < spans.size(); i++) {
          assertTrue(spans.get(i).startNs() >= spans.get(i - 1).endNs(), "one thing at a time");
        }
      }
      Set<String> mine =
          run.trace().spans().stream()
              .filter(span -> span.lane().equals(Cycle.CALLER))
              .map(Span::name)
              .collect(Collectors.toSet());
      assertEquals(Set.of("split", "synchronise", "merge"), mine);
      assertTrue(run.tokensPerSecond() > 0);
    }
  }

  @Test
  void more_workers_than_prompts_leave_some_idle() {
    try (DataParallel parallel = new DataParallel(MODEL, 3, 1)) {
      GenerateOptions options = GenerateOptions.of(Sampling.greedy()).withMaxTokens(2);
      assertEquals(
          2, parallel.generate(PROMPTS.subList(0, 2), options, new Cancellation()).tokens() / 2);
    }
  }

  @Test
  void no_workers_and_no_prompts_are_refused() {
    String workers =
        assertThrows(IllegalArgumentException.class, () -> new DataParallel(MODEL, 0, 1))
            .getMessage();
    assertTrue(workers.contains("at least 1 worker, 0 were asked for"), workers);
    assertThrows(IllegalArgumentException.class, () -> new DataParallel(MODEL, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> Prompt.of(CONFIG, List.of()));
  }
}
