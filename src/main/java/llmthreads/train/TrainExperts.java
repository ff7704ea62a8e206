package llmthreads.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import llmthreads.generate.Engine;
import llmthreads.train.task.Task;

/** Trains an expert for each task, and says how well each knows its own. */
public final class TrainExperts {
  private static final int HELD_OUT = 500;

  private TrainExperts() {}

  /**
   * Trains the experts whose files are not there yet.
   *
   * @param args a folder, which gets one for each expert; how many steps each is trained (1,500
   *     unless told); and tasks, by name (all unless told)
   */
  public static void main(String[] args) throws Exception {
    if (args.length < 1) {
      System.err.println("Say where the experts go: FOLDER [STEPS [TASK]...]");
      System.exit(1);
    }
    Path folder = Path.of(args[0]);
    long steps = args.length > 1 ? Long.parseLong(args[1]) : 1_500;
    List<Task> tasks =
        args.length > 2
            ? List.of(args).subList(2, args.length).stream().map(Task::named).toList()
            : Task.all();
    System.out.println("| expert | parameters | file (MB) | training (s) | right |");
    System.out.println("| --- | ---: | ---: | ---: | ---: |");
    for (Task task : tasks) {
      Path its = folder.resolve(task.name());
      Expert expert = Expert.of(task, steps);
      long began = System.nanoTime();
      if (!Files.exists(its.resolve("model.safetensors"))) {
        expert.train(its, 2, step -> {});
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      try (Engine engine = Engine.load(its)) {
        System.out.printf(
            Locale.ROOT,
            "| %s | %,d | %.2f | %.0f | %.1f %% |%n",
            task.name(),
            expert.config().parameters(),
            Files.size(its.resolve("model.safetensors")) / 1e6,
            seconds,
            100 * Accuracy.measure(engine, task, HELD_OUT).share());
      }
    }
  }
}
