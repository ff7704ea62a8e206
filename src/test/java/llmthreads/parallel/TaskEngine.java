package llmthreads.parallel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import llmthreads.device.Cancellation;
import llmthreads.device.EngineThreads;
import llmthreads.generate.Completion;
import llmthreads.generate.GenerateOptions;
import llmthreads.generate.Prompt;
import llmthreads.model.LanguageModel;
import llmthreads.parallel.task.TaskException;
import llmthreads.parallel.task.TaskGraph;
import llmthreads.parallel.task.TaskParallel;
import llmthreads.parallel.task.TaskRequest;
import llmthreads.parallel.task.TaskRun;
import llmthreads.parallel.task.TaskWork;

/** Task parallelism as an engine among the others: each task answers a few of the prompts. */
final class TaskEngine implements ParallelEngine {
  private final LanguageModel model;
  private final TaskParallel workers;
  private final int promptsOfTask;

  TaskEngine(LanguageModel model, int workers, int promptsOfTask) {
    this.model = model;
    this.workers = new TaskParallel(workers, 1);
    this.promptsOfTask = promptsOfTask;
  }

  @Override
  public LanguageModel model() {
    return model;
  }

  @Override
  public EngineThreads threads() {
    return workers.threads();
  }

  @Override
  public List<Long> weightBytes() {
    return Collections.nCopies(threads().workers(), model.weights().bytes());
  }

  /** Answers the prompts; a task that failed fails the run with what its work threw. */
  @Override
  public ParallelRun generate(
      List<Prompt> prompts, GenerateOptions options, Cancellation cancellation) {
    List<TaskRequest> tasks = new ArrayList<>();
    for (int from = 0; from < prompts.size(); from += promptsOfTask) {
      List<Prompt> some = prompts.subList(from, Math.min(prompts.size(), from + promptsOfTask));
      tasks.add(
          TaskRequest.of(
              "prompts from " + from, TaskWork.answerPrompts(model, before -> some, options)));
    }
    TaskRun run = workers.run(new TaskGraph(tasks), cancellation);
    for (TaskException failure : run.failures()) {
      switch (failure.getCause()) {
        case RuntimeException exception -> throw exception;
        case Error error -> throw error;
        case null, default -> throw failure;
      }
    }
    List<Completion> answers =
        run.results().stream().flatMap(result -> result.completions().stream()).toList();
    return new ParallelRun(answers, run.trace(), run.wallNs(), run.warning());
  }

  @Override
  public void close() {
    workers.close();
  }
}
