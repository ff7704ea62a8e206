package llmthreads.train.task;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/** A kind of instruction that the embedded model learns, with answers that a program can check. */
public interface Task {
  /** The tasks of the embedded model, in the order of its accuracy table. */
  static List<Task> all() {
    return AllTasks.LIST;
  }

  /** Its name in tables, one word. */
  String name();

  /** A random example; the same state of {@code random} gives the same example. */
  Example example(RandomGenerator random);

  /** Every word its prompts and answers can hold, as they are written inside a sentence. */
  List<String> words();

  /**
   * Whether {@code answer} is right. Where a prompt has one answer, that is the answer word for
   * word; a task with many right ones overrides this.
   */
  default boolean accepts(Example example, String answer) {
    return answer.strip().equals(example.answer());
  }

  /** Whether each prompt has exactly one right answer. */
  default boolean singleAnswer() {
    return true;
  }

  /** The task of that name. */
  static Task named(String name) {
    return all().stream()
        .filter(task -> task.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "No task is called '%s'; there are %s"
                        .formatted(name, all().stream().map(Task::name).toList())));
  }

  /** One of {@code choices}, each as likely. */
  static <T> T pick(RandomGenerator random, List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  /** {@code choices} in a random order, each as likely. */
  static <T> List<T> shuffled(RandomGenerator random, List<T> choices) {
    List<T> order = new ArrayList<>(choices);
    Collections.shuffle(order, random);
    return order;
  }
}
