package llmthreads.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import llmthreads.device.Cancellation;
import llmthreads.device.DeadlineException;
import llmthreads.generate.GenerateOptions;
import llmthreads.generate.Prompt;
import llmthreads.generate.Sampling;
import llmthreads.generate.TokenListener;
import llmthreads.model.Config;
import llmthreads.model.LanguageModel;
import llmthreads.model.Precision;
import llmthreads.model.RandomWeights;
import llmthreads.model.Shard;
import llmthreads.parallel.merge.Averaging;
import llmthreads.script.Operand;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How every strategy fails: as a whole, with nothing left behind, and able to run again. */
class FailureTest {
  private static final Config CONFIG =
      new Config(157, 160, 5, 8, 4, 32, 224, 128, 1e-5, 10_000, false, -1, List.of());
  private static final LanguageModel MODEL =
      LanguageModel.of(CONFIG, new RandomWeights(11), Precision.F32);
  private static final List<Prompt> PROMPTS = SerialOracle.prompts(CONFIG, 16);
  private static final GenerateOptions LONG =
      GenerateOptions.of(Sampling.greedy()).withMaxTokens(60);

  /** A token in the midst of the run. */
  private static final int MIDST = 20;

  @AfterAll
  static void close() {
    MODEL.close();
  }

  static Stream<Arguments> strategies() {
    List<LanguageModel> members = List.of(MODEL, MODEL, MODEL);
    return Stream.of(
        strategy("data", () -> new DataParallel(MODEL, 2, 1)),
        strategy("pipeline", () -> new PipelineParallel(MODEL, 3, 1)),
        strategy("tensor, gathered", () -> new TensorParallel(MODEL, 3, 1)),
        strategy("tensor, reduced", () -> new TensorParallel(MODEL, 3, 1, Shard.Form.REDUCED)),
        strategy("hybrid", () -> new HybridParallel(MODEL, new Mesh(2, 2, 2), 1)),
        strategy("ensemble", () -> new Ensemble(members, 3, 1, Averaging.LOGITS)),
        strategy("tasks", () -> new TaskEngine(MODEL, 2, 3)));
  }

  private static Arguments strategy(String name, Supplier<ParallelEngine> making) {
    return Arguments.of(name, making);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("strategies")
  void a_failure_fails_the_whole_run_and_leaves_nothing_behind(
      String name, Supplier<ParallelEngine> making) {
    long before = Operand.live();
    List<String> threads;
    try (ParallelEngine engine = making.get()) {
      threads = engine.threads().names();
      one_workers_failure_is_told(engine);
      an_overrun_deadline_is_told(engine);
      a_request_cancels_the_run(engine);
      an_interrupt_cancels_the_run(engine);
    }
    assertEquals(before, Operand.live(), name);
    threads.forEach(SerialOracle::assertNoThread);
  }

  private static void one_workers_failure_is_told(ParallelEngine engine) {
    RuntimeException fault = new IllegalArgumentException("the listener fell over");
    Throwable told =
        failureOf(
            engine,
            new Cancellation(),
            () -> {
              throw fault;
            });
    assertEquals(fault.toString(), told.toString());
    Error noRoom = new OutOfMemoryError("no room");
    Throwable exhausted =
        failureOf(
            engine,
            new Cancellation(),
            () -> {
              throw noRoom;
            });
    assertEquals(noRoom.toString(), exhausted.toString());
  }

  private static void an_overrun_deadline_is_told(ParallelEngine engine) {
    Cancellation soon = Cancellation.within(Duration.ofMillis(30));
    Throwable told =
        failureOf(
            engine,
            soon,
            () -> {
              while (!soon.requested()) {
                Thread.onSpinWait();
              }
            });
    assertEquals(DeadlineException.class, told.getClass(), told.toString());
    assertTrue(told.getMessage().contains("deadline of 30.0 ms"), told.getMessage());
  }

  private static void a_request_cancels_the_run(ParallelEngine engine) {
    Cancellation request = new Cancellation();
    Throwable told = failureOf(engine, request, request::request);
    assertEquals(CancellationException.class, told.getClass(), told.toString());
  }

  private static void an_interrupt_cancels_the_run(ParallelEngine engine) {
    Thread caller = Thread.currentThread();
    Throwable told = failureOf(engine, new Cancellation(), caller::interrupt);
    assertEquals(CancellationException.class, told.getClass(), told.toString());
  }

  /** What a run throws that is disturbed in its midst; the workers live on. */
  private static Throwable failureOf(
      ParallelEngine engine, Cancellation cancellation, Runnable disturbance) {
    long before = Operand.live();
    AtomicInteger heard = new AtomicInteger();
    TokenListener listener =
        (prompt, token, text) -> {
          if (heard.incrementAndGet() == MIDST) {
            disturbance.run();
          }
        };
    GenerateOptions options = LONG.withListener(listener);
    Throwable told =
        assertThrows(
            Throwable.class, () -> engine.generate(PROMPTS, options, cancellation), "it went on");
    boolean interrupted = Thread.interrupted();
    assertEquals(
        told.getMessage() != null && told.getMessage().contains("caller was interrupted"),
        interrupted,
        "an interrupt stays visible to the caller");
    assertEquals(before, Operand.live());
    ParallelRun next =
        engine.generate(PROMPTS.subList(0, 1), LONG.withMaxTokens(1), new Cancellation());
    assertEquals(1, next.tokens(), "the workers live on");
    return told;
  }
}
