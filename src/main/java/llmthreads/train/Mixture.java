package llmthreads.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import llmthreads.train.task.Example;
import llmthreads.train.task.Task;

/** How often each task is drawn. */
public final class Mixture {
  private final Map<Task, Integer> weights = new LinkedHashMap<>();
  private final int total;

  /** Weights by the tasks' names; a task that is not named is not drawn. */
  public Mixture(Map<String, Integer> weights) {
    weights.forEach((name, weight) -> this.weights.put(Task.named(name), weight));
    this.total = weights.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** The mixture of the embedded model: sums need many examples, and theirs are short. */
  public static Mixture embedded() {
    Map<String, Integer> weights = new LinkedHashMap<>();
    weights.put("arithmetic", 44);
    weights.put("translation", 24);
    weights.put("sentiment", 4);
    weights.put("questions", 14);
    weights.put("summary", 7);
    weights.put("story", 7);
    return new Mixture(weights);
  }

  /** The tasks that are drawn. */
  List<Task> tasks() {
    return List.copyOf(weights.keySet());
  }

  /** A random example that is not held out. */
  Example trainingExample(RandomGenerator random) {
    int ticket = random.nextInt(total);
    for (Map.Entry<Task, Integer> entry : weights.entrySet()) {
      ticket -= entry.getValue();
      if (ticket < 0) {
        return draw(entry.getKey(), random, false);
      }
    }
    throw new AssertionError("tickets past the last task");
  }

  /**
   * The first {@code count} different held-out examples of a task, in an order that the seed
   * decides.
   */
  public static List<Example> heldOut(Task task, int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Example> examples = new LinkedHashMap<>();
    for (int tries = 0; examples.size() < count && tries < 1000 * count; tries++) {
      Example example = task.example(random);
      if (example.heldOut()) {
        examples.putIfAbsent(example.prompt(), example);
      }
    }
    return new ArrayList<>(examples.values());
  }

  private static Example draw(Task task, RandomGenerator random, boolean heldOut) {
    Example example = task.example(random);
    while (example.heldOut() != heldOut) {
      example = task.example(random);
    }
    return example;
  }
}
