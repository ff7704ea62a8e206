package llmthreads.parallel.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import llmthreads.device.Cancellation;
import llmthreads.generate.Completion;
import llmthreads.generate.GenerateOptions;
import llmthreads.generate.Prompt;
import llmthreads.generate.Sampling;
import llmthreads.model.Config;
import llmthreads.model.LanguageModel;
import llmthreads.model.Precision;
import llmthreads.model.RandomWeights;
import llmthreads.parallel.Cycle;
import llmthreads.parallel.SerialOracle;
import llmthreads.script.Operand;
import llmthreads.trace.Span;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class TaskParallelTest {
  private static final Config CONFIG =
      new Config(97, 64, 2, 4, 2, 32, 96, 96, 1e-5, 10_000, true, -1, List.of(5, 9));
  private static final LanguageModel GENERAL =
      LanguageModel.of(CONFIG, new RandomWeights(11), Precision.F32);
  private static final LanguageModel EXPERT =
      LanguageModel.of(CONFIG, new RandomWeights(12), Precision.F32);
  private static final List<Prompt> PROMPTS = SerialOracle.prompts(CONFIG, 60);

  @AfterAll
  static void close() {
    GENERAL.close();
    EXPERT.close();
  }

  /** Prompts are the answers of the task before, whose tokens the model continues. */
  private static List<Prompt> continued(List<Completion> answers) {
    return Prompt.of(CONFIG, answers.stream().map(Completion::tokens).toList());
  }

  @Test
  void every_token_and_bit_is_that_of_the_serial_run() {
    for (Sampling sampling :
        List.of(Sampling.greedy(), Sampling.random(0.8, 7).withTopK(50).withTopP(0.9))) {
      GenerateOptions options =
          GenerateOptions.of(sampling).withMaxTokens(6).withBatch(3).withLogits();
      List<Completion> story = SerialOracle.answers(GENERAL, PROMPTS.subList(0, 12), options);
      List<Completion> summary = SerialOracle.answers(EXPERT, continued(story), options);
      List<Completion> mood = SerialOracle.answers(GENERAL, continued(summary), options);
      List<List<Completion>> parts =
          IntStream.range(0, 8)
              .mapToObj(i -> SerialOracle.answers(model(i), part(i), options))
              .toList();
      TaskGraph graph = graph(options);
      for (int workers = 1; workers <= 4; workers++) {
        try (TaskParallel parallel = new TaskParallel(workers, 1)) {
          TaskRun run = parallel.run(graph);
          String told = workers + " workers, " + sampling;
          SerialOracle.assertSameBits(story, run.result("story").completions(), told);
          SerialOracle.assertSameBits(summary, run.result("summary").completions(), told);
          SerialOracle.assertSameBits(mood, run.result("mood").completions(), told);
          for (int i = 0; i < 8; i++) {
            SerialOracle.assertSameBits(
                parts.get(i), run.result("part " + i).completions(), told + ", part " + i);
          }
        }
      }
    }
  }

  private static TaskGraph graph(GenerateOptions options) {
    List<TaskRequest> tasks =
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    TaskRequest.of(
                            "part " + i,
                            TaskWork.answerPrompts(model(i), before -> part(i), options))
                        .withPriority(i % 3 == 0 ? Priority.URGENT : Priority.BACKGROUND))
            .collect(Collectors.toList());
    tasks.add(
        TaskRequest.of(
                "mood",
                TaskWork.answerPrompts(
                    GENERAL, before -> continued(before.get("summary")), options))
            .after("summary"));
    tasks.add(
        TaskRequest.of(
                "summary",
                TaskWork.answerPrompts(EXPERT, before -> continued(before.get("story")), options))
            .after("story"));
    tasks.add(
        TaskRequest.of(
            "story", TaskWork.answerPrompts(GENERAL, before -> PROMPTS.subList(0, 12), options)));
    return new TaskGraph(tasks);
  }

  private static LanguageModel model(int part) {
    return part % 2 == 0 ? GENERAL : EXPERT;
  }

  private static List<Prompt> part(int i) {
    return PROMPTS.subList(12 + 6 * i, 12 + 6 * i + 6);
  }

  @Test
  void the_trace_shows_each_task_with_its_steps_inside_in_the_lane_of_its_worker() {
    GenerateOptions options = GenerateOptions.of(Sampling.greedy()).withMaxTokens(4);
    try (TaskParallel parallel = new TaskParallel(2, 1)) {
      TaskRun run = parallel.run(graph(options));
      for (TaskResult result : run.results()) {
        Span task =
            run.trace().spans().stream()
                .filter(span -> span.name().equals(result.task()))
                .findFirst()
                .orElseThrow();
        assertEquals(parallel.threads().names().get(result.worker()), task.lane());
        Set<String> inside =
            run.trace().spans().stream()
                .filter(span -> span != task && span.lane().equals(task.lane()))
                .filter(span -> span.startNs() >= task.startNs() && span.endNs() <= task.endNs())
                .map(Span::name)
                .collect(Collectors.toSet());
        assertEquals(Set.of("prefill", "decode"), inside);
      }
      assertTrue(run.trace().totalsNs().keySet().containsAll(Set.of("split", "merge", Cycle.WAIT)));
      assertEquals(11, run.results().size());
      assertTrue(run.tokens() > 0);
    }
  }

  @Test
  void a_task_that_throws_fails_alone_and_the_workers_live_on() {
    long before = Operand.live();
    GenerateOptions falls =
        GenerateOptions.of(Sampling.greedy())
            .withListener(
                (prompt, token, text) -> {
                  throw new IllegalArgumentException("the listener fell over");
                });
    GenerateOptions options = GenerateOptions.of(Sampling.greedy()).withMaxTokens(4);
    try (TaskParallel parallel = new TaskParallel(2, 1)) {
      TaskRun run =
          parallel.run(
              TaskGraph.of(
                  TaskRequest.of("bad", TaskWork.answerPrompts(GENERAL, x -> PROMPTS, falls)),
                  TaskRequest.of("good", TaskWork.answerPrompts(GENERAL, x -> part(1), options)),
                  TaskRequest.of("late", (x, worker) -> List.of()).after("bad")));
      TaskException bad = assertThrows(TaskException.class, () -> run.result("bad"));
      assertEquals(
          "Task 'bad' failed: java.lang.IllegalArgumentException: the listener fell over",
          bad.getMessage());
      assertEquals("the listener fell over", bad.getCause().getMessage());
      assertEquals(
          "Task 'late' was not run, it depends on one without an answer: " + bad.getMessage(),
          assertThrows(TaskException.class, () -> run.result("late")).getMessage());
      assertEquals(6, run.result("good").completions().size());
      assertEquals(before, Operand.live());
      assertEquals(11, parallel.run(graph(options)).results().size(), "the workers live on");
    }
  }

  @Test
  void an_interrupted_caller_gets_its_run_cancelled_and_nothing_stays() {
    long before = Operand.live();
    Thread caller = Thread.currentThread();
    GenerateOptions interrupts =
        GenerateOptions.of(Sampling.greedy())
            .withMaxTokens(90)
            .withListener((prompt, token, text) -> caller.interrupt());
    try (TaskParallel parallel = new TaskParallel(2, 1)) {
      TaskGraph graph =
          TaskGraph.of(
              TaskRequest.of("long", TaskWork.answerPrompts(GENERAL, x -> PROMPTS, interrupts)),
              TaskRequest.of("never", (x, worker) -> List.of()).after("long"));
      assertThrows(CancellationException.class, () -> parallel.run(graph));
      assertTrue(Thread.interrupted(), "the interrupt stays visible to the caller");
      assertEquals(before, Operand.live());
    }
    SerialOracle.assertNoThread("task-worker-");
  }

  @Test
  void a_cancelled_run_ends_before_its_next_step() {
    Cancellation cancellation = new Cancellation();
    AtomicInteger heard = new AtomicInteger();
    GenerateOptions options =
        GenerateOptions.of(Sampling.greedy())
            .withListener(
                (prompt, token, text) -> {
                  heard.incrementAndGet();
                  cancellation.request();
                });
    try (TaskParallel parallel = new TaskParallel(2, 1)) {
      TaskGraph graph =
          TaskGraph.of(
              TaskRequest.of("long", TaskWork.answerPrompts(GENERAL, x -> PROMPTS, options)));
      assertThrows(CancellationException.class, () -> parallel.run(graph, cancellation));
      assertTrue(heard.get() <= options.batch(), "one step was heard, not " + heard);
    }
  }

  @Test
  void a_worker_that_is_not_there_and_a_name_that_is_not_are_refused() {
    TaskRequest task = TaskRequest.of("mine", (before, worker) -> List.of());
    try (TaskParallel parallel = new TaskParallel(2, 1)) {
      assertEquals(
          "Task 'mine' asks for worker 2, there are 2, the first is 0",
          assertThrows(
                  IllegalArgumentException.class,
                  () -> parallel.run(TaskGraph.of(task.onWorker(2))))
              .getMessage());
      TaskRun run = parallel.run(TaskGraph.of(task.onWorker(1)));
      assertEquals(1, run.result("mine").worker());
      assertTrue(
          assertThrows(IllegalArgumentException.class, () -> run.result("yours"))
              .getMessage()
              .contains("No task is called 'yours'; there are [mine]"));
    }
    assertThrows(IllegalArgumentException.class, () -> new TaskParallel(0, 1));
  }
}
