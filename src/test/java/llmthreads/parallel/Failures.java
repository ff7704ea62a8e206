package llmthreads.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import llmthreads.generate.GenerateOptions;
import llmthreads.generate.Prompt;
import llmthreads.generate.Sampling;
import llmthreads.script.Tensor;

/** How every strategy fails: as a whole, with nothing left behind, and able to run again. */
final class Failures {
  private static final GenerateOptions LONG =
      GenerateOptions.of(Sampling.greedy()).withMaxTokens(90);

  private Failures() {}

  static void assertThatOneWorkersFailureFailsTheRun(
      BiFunction<List<Prompt>, GenerateOptions, ParallelRun> strategy, List<Prompt> prompts) {
    assertThatTheRunFailsWith(
        () -> new IllegalArgumentException("the listener fell over"), strategy, prompts);
    assertThatTheRunFailsWith(() -> new OutOfMemoryError("no room"), strategy, prompts);
  }

  private static void assertThatTheRunFailsWith(
      Supplier<Throwable> failure,
      BiFunction<List<Prompt>, GenerateOptions, ParallelRun> strategy,
      List<Prompt> prompts) {
    long before = Tensor.live();
    AtomicInteger heard = new AtomicInteger();
    GenerateOptions options =
        LONG.withListener(
            (prompt, token, text) -> {
              if (heard.incrementAndGet() == 20) {
                switch (failure.get()) {
                  case Error error -> throw error;
                  case RuntimeException exception -> throw exception;
                  case Throwable other -> throw new AssertionError(other);
                }
              }
            });
    Throwable told = assertThrows(Throwable.class, () -> strategy.apply(prompts, options));
    assertEquals(failure.get().toString(), told.toString());
    assertEquals(before, Tensor.live());
    ParallelRun next = strategy.apply(prompts.subList(0, 1), LONG.withMaxTokens(1));
    assertEquals(1, next.tokens(), "the workers live on");
  }

  static void assertThatAnInterruptCancelsTheRun(
      BiFunction<List<Prompt>, GenerateOptions, ParallelRun> strategy, List<Prompt> prompts) {
    long before = Tensor.live();
    Thread caller = Thread.currentThread();
    GenerateOptions options = LONG.withListener((prompt, token, text) -> caller.interrupt());
    assertThrows(CancellationException.class, () -> strategy.apply(prompts, options));
    assertTrue(Thread.interrupted(), "the interrupt stays visible to the caller");
    assertEquals(before, Tensor.live());
  }
}
