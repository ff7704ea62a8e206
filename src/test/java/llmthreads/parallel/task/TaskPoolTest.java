package llmthreads.parallel.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import llmthreads.generate.Completion;
import llmthreads.generate.GenerateOptions;
import llmthreads.generate.Prompt;
import llmthreads.generate.Sampling;
import llmthreads.model.Config;
import llmthreads.model.LanguageModel;
import llmthreads.model.Precision;
import llmthreads.model.RandomWeights;
import llmthreads.parallel.SerialOracle;
import llmthreads.parallel.task.TaskException.Reason;
import llmthreads.script.Operand;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TaskPoolTest {
  private static final Config CONFIG =
      new Config(97, 64, 2, 4, 2, 32, 96, 96, 1e-5, 10_000, true, -1, List.of());
  private static final LanguageModel MODEL =
      LanguageModel.of(CONFIG, new RandomWeights(11), Precision.F32);
  private static final List<Prompt> PROMPTS = SerialOracle.prompts(CONFIG, 8);
  private static final GenerateOptions LONG =
      GenerateOptions.of(Sampling.greedy()).withMaxTokens(36);

  @AfterAll
  static void close() {
    MODEL.close();
  }

  @AfterEach
  void nothing_stays() {
    SerialOracle.assertNoThread("task-worker-");
  }

  private static TaskRequest answers(String name, GenerateOptions options) {
    return TaskRequest.of(name, TaskWork.answerPrompts(MODEL, before -> PROMPTS, options));
  }

  /** Keeps the one worker of a pool until told, so that tasks pile up behind it. */
  private static CountDownLatch hold(TaskPool pool) throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    pool.submit(
        TaskRequest.of(
            "hold",
            (before, worker) -> {
              begun.countDown();
              go.await();
              return List.of();
            }));
    begun.await();
    return go;
  }

  @Test
  void the_urgent_comes_first_the_due_before_others_and_the_low_does_not_starve() throws Exception {
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    try (TaskPool pool = new TaskPool(1, 1)) {
      CountDownLatch go = hold(pool);
      Priority high = new Priority("high", 3);
      Priority low = new Priority("low", 1);
      for (int i = 0; i < 3; i++) {
        pool.submit(noted("low " + i, order).withPriority(low));
      }
      for (int i = 0; i < 6; i++) {
        pool.submit(noted("high " + i, order).withPriority(high));
      }
      pool.submit(
          noted("high and due", order).withPriority(high).withDeadline(Duration.ofSeconds(50)));
      go.countDown();
    }
    assertEquals(
        List.of(
            "high and due",
            "low 0",
            "high 0",
            "high 1",
            "high 2",
            "low 1",
            "high 3",
            "high 4",
            "high 5",
            "low 2"),
        order);
  }

  private static TaskRequest noted(String name, List<String> order) {
    return TaskRequest.of(
        name,
        (before, worker) -> {
          order.add(name);
          return List.of();
        });
  }

  @Test
  void a_deadline_that_passes_before_the_start_fails_at_once_though_the_worker_is_busy()
      throws Exception {
    try (TaskPool pool = new TaskPool(1, 1)) {
      CountDownLatch go = hold(pool);
      List<TaskHandle> tasks =
          pool.submit(
              TaskGraph.of(
                  answers("late", LONG).withDeadline(Duration.ofMillis(5)),
                  answers("never", LONG).after("late")));
      TaskException late = assertThrows(TaskException.class, tasks.getFirst()::result);
      assertEquals(Reason.DEADLINE, late.reason());
      assertEquals("Task 'late' overran its deadline of 5.0 ms before it began", late.getMessage());
      TaskException never = assertThrows(TaskException.class, tasks.getLast()::result);
      assertEquals(Reason.DEPENDENCY, never.reason());
      assertTrue(never.getMessage().contains("'late' overran"), never.getMessage());
      go.countDown();
    }
  }

  @Test
  void a_task_that_overruns_its_deadline_ends_before_its_next_step_and_frees_its_memory()
      throws Exception {
    long live = Operand.live();
    Semaphore steps = new Semaphore(0);
    AtomicInteger heard = new AtomicInteger();
    try (TaskPool pool = new TaskPool(1, 1)) {
      TaskHandle task =
          pool.submit(
              answers("slow", LONG.withListener((p, t, x) -> hear(heard, steps)))
                  .withDeadline(Duration.ofMillis(20)));
      while (!task.cancellation.requested()) {
        Thread.sleep(1);
      }
      steps.release(1000);
      TaskException slow = assertThrows(TaskException.class, task::result);
      assertEquals(Reason.DEADLINE, slow.reason());
      assertTrue(slow.getMessage().contains("stopped before its next step"), slow.getMessage());
      assertTrue(heard.get() <= PROMPTS.size(), heard + " tokens were heard");
    }
    assertEquals(live, Operand.live());
  }

  @Test
  void a_cancelled_task_ends_before_its_next_step_and_frees_its_memory() throws Exception {
    long live = Operand.live();
    Semaphore steps = new Semaphore(0);
    AtomicInteger heard = new AtomicInteger();
    try (TaskPool pool = new TaskPool(1, 1)) {
      TaskHandle running =
          pool.submit(answers("running", LONG.withListener((p, t, x) -> hear(heard, steps))));
      TaskHandle waiting = pool.submit(answers("waiting", LONG));
      while (heard.get() == 0) {
        Thread.sleep(1);
      }
      waiting.cancel();
      assertTrue(waiting.ended(), "what does not run ends at once");
      running.cancel();
      assertFalse(running.ended(), "what runs ends by itself");
      steps.release(1000);
      TaskException told = assertThrows(TaskException.class, running::result);
      assertEquals("Task 'running' was cancelled while it ran", told.getMessage());
      assertEquals(
          "Task 'waiting' was cancelled before it began",
          waiting.failure().orElseThrow().getMessage());
      assertTrue(heard.get() <= PROMPTS.size(), heard + " tokens were heard");
      running.cancel();
      assertEquals(told.getMessage(), running.toString(), "an end is an end");
    }
    assertEquals(live, Operand.live());
  }

  private static void hear(AtomicInteger heard, Semaphore steps) {
    heard.incrementAndGet();
    steps.acquireUninterruptibly();
  }

  @Test
  void a_future_and_a_callback_get_the_answer_on_a_virtual_thread() throws Exception {
    List<Completion> serial =
        SerialOracle.answers(MODEL, PROMPTS, GenerateOptions.of(Sampling.greedy()));
    CompletableFuture<TaskResult> called = new CompletableFuture<>();
    CompletableFuture<TaskException> calledOfFailure = new CompletableFuture<>();
    try (TaskPool pool = new TaskPool(2, 1)) {
      TaskHandle task = pool.submit(answers("asked", GenerateOptions.of(Sampling.greedy())));
      task.whenEnded(
          (result, failure) -> called.complete(Thread.currentThread().isVirtual() ? result : null));
      assertTrue(
          task.future()
              .thenApply(result -> Thread.currentThread().isVirtual())
              .get(30, TimeUnit.SECONDS));
      SerialOracle.assertSameBits(
          serial, called.get(30, TimeUnit.SECONDS).completions(), "by callback");
      SerialOracle.assertSameBits(serial, task.result().completions(), "by waiting");
      TaskHandle bad =
          pool.submit(
              TaskRequest.of(
                  "bad",
                  (before, worker) -> {
                    throw new java.io.IOException("no such file");
                  }));
      bad.whenEnded((result, failure) -> calledOfFailure.complete(failure));
      assertEquals(
          "Task 'bad' failed: java.io.IOException: no such file",
          calledOfFailure.get(30, TimeUnit.SECONDS).getMessage());
      TaskHandle other = pool.submit(answers("other", LONG));
      boolean _ = other.future().cancel(true);
      assertEquals(PROMPTS.size(), other.result().completions().size(), "a future is no task");
    }
  }

  @Test
  void a_callback_that_throws_harms_nobody_and_is_heard_of() throws Exception {
    CompletableFuture<String> heard = new CompletableFuture<>();
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((thread, e) -> heard.complete(e.getMessage()));
    try (TaskPool pool = new TaskPool(1, 1)) {
      TaskHandle task = pool.submit(answers("asked", LONG.withMaxTokens(2)));
      task.whenEnded(
          (result, failure) -> {
            throw new IllegalStateException("the callback fell over");
          });
      assertEquals("the callback fell over", heard.get(30, TimeUnit.SECONDS));
      assertEquals(PROMPTS.size(), task.result().completions().size());
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }

  @Test
  void virtual_threads_hand_tasks_in_and_wait_for_them() throws Exception {
    GenerateOptions options =
        GenerateOptions.of(Sampling.random(0.9, 3)).withMaxTokens(8).withBatch(4);
    List<Completion> serial = SerialOracle.answers(MODEL, PROMPTS, options);
    try (TaskPool pool = new TaskPool(2, 1);
        ExecutorService users = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<TaskResult>> answers = new ArrayList<>();
      for (int user = 0; user < 30; user++) {
        String name = "user " + user;
        answers.add(users.submit(() -> pool.submit(answers(name, options)).result()));
      }
      for (Future<TaskResult> answer : answers) {
        SerialOracle.assertSameBits(serial, answer.get().completions(), answer.get().task());
        assertTrue(answer.get().waitedNs() >= 0 && answer.get().ranNs() > 0);
        assertEquals(answer.get().latencyNs(), answer.get().waitedNs() + answer.get().ranNs());
      }
    }
  }

  @Test
  void closing_waits_for_the_tasks_and_an_interrupt_cancels_them() throws Exception {
    long live = Operand.live();
    TaskPool patient = new TaskPool(1, 1);
    TaskHandle done = patient.submit(answers("done", LONG));
    patient.close();
    assertEquals(PROMPTS.size(), done.result().completions().size());
    assertTrue(
        assertThrows(IllegalStateException.class, () -> patient.submit(answers("x", LONG)))
            .getMessage()
            .contains("take no more tasks"));
    TaskPool hurried = new TaskPool(1, 1);
    TaskHandle cut = hurried.submit(answers("cut", LONG));
    TaskHandle queued = hurried.submit(answers("queued", LONG));
    Thread.currentThread().interrupt();
    hurried.close();
    assertTrue(Thread.interrupted());
    assertEquals(Reason.CANCELLED, cut.failure().orElseThrow().reason());
    assertEquals(Reason.CANCELLED, queued.failure().orElseThrow().reason());
    assertEquals(live, Operand.live());
  }

  @Test
  void an_interrupted_waiter_is_told_and_the_task_goes_on() throws Exception {
    try (TaskPool pool = new TaskPool(1, 1)) {
      CountDownLatch go = hold(pool);
      TaskHandle task = pool.submit(answers("asked", LONG.withMaxTokens(2)));
      Thread.currentThread().interrupt();
      assertThrows(CancellationException.class, task::result);
      assertTrue(Thread.interrupted());
      go.countDown();
      assertEquals(PROMPTS.size(), task.result().completions().size());
    }
  }
}
