package llmthreads.parallel.task;

import java.util.Collections;
import java.util.List;
import llmthreads.parallel.Strategy;
import llmthreads.parallel.Worker;

/**
 * Task parallelism as a strategy: what is split is a list of tasks, and every worker gets the same
 * board to take them from; the tasks' answers are put in the order of the list.
 */
record TaskQueue(TaskBoard board)
    implements Strategy<List<TaskHandle>, TaskBoard, Integer, List<TaskHandle>> {
  @Override
  public List<TaskBoard> split(List<TaskHandle> tasks, int workers) {
    return Collections.nCopies(workers, board);
  }

  @Override
  public Integer compute(TaskBoard part, Worker worker) throws InterruptedException {
    return part.work(worker);
  }

  @Override
  public List<TaskHandle> merge(List<TaskHandle> tasks, List<Integer> ran) {
    return tasks;
  }
}
