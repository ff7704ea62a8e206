package llmthreads.train.task;

import java.util.List;

/**
 * The list behind {@link Task#all()}. It stands apart from {@link Task} because an interface that
 * made its own implementations when it is initialised could deadlock two threads, each initialising
 * one end.
 */
final class AllTasks {
  static final List<Task> LIST =
      List.of(
          new Arithmetic(),
          new Translation(),
          new Sentiment(),
          new QuestionAnswering(),
          new Summary(),
          new Story());

  private AllTasks() {}
}
