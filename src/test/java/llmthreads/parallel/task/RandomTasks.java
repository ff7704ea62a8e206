package llmthreads.parallel.task;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import llmthreads.generate.Completion;
import llmthreads.generate.FinishReason;

/** Graphs of tasks without a model: each sleeps, then answers by a number made of what it needs. */
final class RandomTasks {
  private static final int LONGEST_MICROS = 300;
  private static final List<Priority> PRIORITIES =
      List.of(Priority.URGENT, Priority.NORMAL, Priority.BACKGROUND);

  private RandomTasks() {}

  /**
   * A graph without circles, its tasks in any order.
   *
   * @param share of the possible dependencies that there are
   * @param failing tasks that throw, by number
   */
  static TaskGraph graph(
      Random random, int tasks, double share, int workers, List<Integer> failing) {
    List<TaskRequest> requests = new ArrayList<>();
    for (int number = 0; number < tasks; number++) {
      int me = number;
      List<String> after =
          IntStream.range(0, number)
              .filter(each -> random.nextDouble() < share)
              .mapToObj(RandomTasks::name)
              .toList();
      long micros = random.nextInt(LONGEST_MICROS);
      TaskWork work =
          (before, worker) -> {
            LockSupport.parkNanos(1000 * micros);
            if (failing.contains(me)) {
              throw new IllegalStateException("number " + me + " fell over");
            }
            worker.cancellation().check();
            return List.of(answer(me, before));
          };
      requests.add(
          new TaskRequest(
              name(number),
              work,
              PRIORITIES.get(random.nextInt(3)),
              random.nextInt(4) == 0 ? Optional.of(Duration.ofMinutes(9)) : Optional.empty(),
              after,
              random.nextInt(4) == 0
                  ? OptionalInt.of(random.nextInt(workers))
                  : OptionalInt.empty()));
    }
    Collections.shuffle(requests, random);
    return new TaskGraph(requests);
  }

  static String name(int number) {
    return "task " + number;
  }

  /** What a task answers, which depends on its number and on the answers that it needs. */
  private static Completion answer(int number, Map<String, List<Completion>> before) {
    int mixed = before.keySet().stream().sorted().toList().hashCode() * 31 + number;
    for (List<Completion> each : before.values()) {
      mixed += Arrays.hashCode(each.getFirst().tokens());
    }
    return new Completion(
        0, 1, new int[] {mixed}, new float[1], "", FinishReason.END, List.of(), null);
  }
}
