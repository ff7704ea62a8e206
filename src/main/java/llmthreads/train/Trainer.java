package llmthreads.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;
import llmthreads.model.Config;
import llmthreads.model.Tokenizer;
import llmthreads.script.Script;
import llmthreads.script.Tensor;
import llmthreads.script.TensorList;
import llmthreads.train.task.Example;
import llmthreads.train.task.Task;

/**
 * Trains a decoder by data-parallel steps: the examples of a step are cut into shards, workers take
 * shards and compute gradients, the gradients are added in the order of the shards, and one
 * optimiser step follows.
 *
 * <p>The same seed gives the same bits with any number of workers on one kind of CPU: each shard is
 * computed on one thread, and what a step trains on depends on seed and step alone. So a run that
 * was stopped goes on as if it had not been.
 */
public final class Trainer implements AutoCloseable {
  private final Config config;
  private final TrainingPlan plan;
  private final Mixture mixture;
  private final Tokenizer tokenizer;
  private final Script script;
  private final List<String> names;
  private final TensorList parameters;
  private final TensorList firstMoments;
  private final TensorList secondMoments;
  private final ExecutorService workers;
  private long step;

  /**
   * A trainer at step zero, with random parameters that the plan's seed decides.
   *
   * @param mixture of the tasks to be learned
   */
  public Trainer(
      Config config, TrainingPlan plan, Mixture mixture, Tokenizer tokenizer, int workers) {
    if (workers < 1) {
      throw new IllegalArgumentException("Training needs at least 1 worker, not " + workers);
    }
    this.config = config;
    this.plan = plan;
    this.mixture = mixture;
    this.tokenizer = tokenizer;
    this.script = TrainingScript.compile(config);
    this.names = TrainingScript.names(config);
    this.parameters = new TensorList(names.stream().map(this::initial).toList());
    this.firstMoments = new TensorList(names.stream().map(this::zeros).toList());
    this.secondMoments = new TensorList(names.stream().map(this::zeros).toList());
    this.workers =
        Executors.newFixedThreadPool(
            workers,
            task ->
                Thread.ofPlatform()
                    .name("trainer")
                    .daemon()
                    .unstarted(
                        () -> {
                          Script.enableGradients(1);
                          task.run();
                        }));
  }

  private Tensor initial(String name) {
    long[] sizes = TrainingScript.sizes(config, name);
    float[] values = new float[(int) Arrays.stream(sizes).reduce(1, (a, b) -> a * b)];
    SplittableRandom random = new SplittableRandom(plan.seed() * 31 + name.hashCode());
    boolean towardsResidual = name.contains("o_proj") || name.contains("down_proj");
    double deviation = plan.deviation() / (towardsResidual ? Math.sqrt(2.0 * config.layers()) : 1);
    for (int i = 0; i < values.length; i++) {
      values[i] = sizes.length == 1 ? 1 : (float) (deviation * random.nextGaussian());
    }
    return Tensor.of(values, sizes);
  }

  private Tensor zeros(String name) {
    long[] sizes = TrainingScript.sizes(config, name);
    return Tensor.of(new float[(int) Arrays.stream(sizes).reduce(1, (a, b) -> a * b)], sizes);
  }

  /** Steps made so far. */
  public long step() {
    return step;
  }

  /** What one step did: mean loss per answer token, and how many tokens it read. */
  public record Step(long step, double loss, double gradientNorm, long tokens) {}

  /**
   * Makes one step.
   *
   * @throws InterruptedException when the calling thread was interrupted, before the step; one that
   *     has begun is made to its end
   */
  public Step advance() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("Training was interrupted before step " + (step + 1));
    }
    List<Batch> shards =
        Batch.ofStep(mixture, tokenizer, plan.seed(), step, plan.examples(), plan.shards());
    int answers = shards.stream().mapToInt(Batch::answers).sum();
    List<Future<List<Tensor>>> running = new ArrayList<>();
    for (Batch shard : shards.reversed()) {
      running.add(workers.submit(() -> gradients(shard, 1.0 / answers)));
    }
    List<List<Tensor>> results = results(running, Trainer::close);
    double loss = 0;
    for (List<Tensor> result : results) {
      loss += result.getFirst().toFloats()[0];
    }
    double norm;
    try {
      norm = results(List.of(workers.submit(() -> update(results))), _ -> {}).getFirst();
    } finally {
      results.forEach(Trainer::close);
    }
    step++;
    return new Step(step, loss, norm, shards.stream().mapToLong(Batch::tokens).sum());
  }

  private List<Tensor> gradients(Batch shard, double lossFactor) {
    List<Tensor> inputs = shard.tensors(config, lossFactor);
    try {
      return script.callTraining("loss_and_gradients", parameters, inputs);
    } finally {
      inputs.forEach(Tensor::close);
    }
  }

  private double update(List<List<Tensor>> results) {
    List<Tensor> sum = results.getFirst().subList(1, names.size() + 1);
    for (List<Tensor> more : results.subList(1, results.size())) {
      script.call("add", sum, more.subList(1, names.size() + 1)).close();
    }
    try (Tensor norm = script.call("clip", sum, plan.clip())) {
      script
          .call(
              "adam",
              parameters,
              sum,
              firstMoments,
              secondMoments,
              plan.rate(step),
              plan.decay(),
              step + 1)
          .close();
      return norm.toFloats()[0];
    }
  }

  /**
   * The share of held-out examples whose answer the model gives word for word, for those tasks of
   * the mixture that have a single answer. Greedy decoding finds an answer exactly when each of its
   * tokens is the likeliest after the ones before, so one pass over prompt and answer decides it.
   */
  public Map<String, Double> heldOutAccuracy(int examples) {
    List<Task> tasks = mixture.tasks().stream().filter(Task::singleAnswer).toList();
    List<Future<Double>> running = new ArrayList<>();
    for (Task task : tasks) {
      List<Example> held = Mixture.heldOut(task, examples, 7);
      running.add(workers.submit(() -> exact(Batch.of(held, tokenizer))));
    }
    List<Double> shares = results(running, _ -> {});
    Map<String, Double> accuracy = new LinkedHashMap<>();
    for (int i = 0; i < tasks.size(); i++) {
      accuracy.put(tasks.get(i).name(), shares.get(i));
    }
    return accuracy;
  }

  private double exact(Batch batch) {
    List<Tensor> inputs = batch.tensors(config, 1);
    try (Tensor right = script.call("correct", parameters, inputs)) {
      long[] flags = right.toLongs();
      int n = 0;
      int exact = 0;
      for (int row = 0; row < batch.rows().size(); row++) {
        int answers = batch.rows().get(row).length - batch.answerStart()[row];
        boolean all = true;
        for (int i = 0; i < answers; i++) {
          all &= flags[n++] == 1;
        }
        exact += all ? 1 : 0;
      }
      return (double) exact / batch.rows().size();
    } finally {
      inputs.forEach(Tensor::close);
    }
  }

  /** A copy of everything that the next steps depend on. */
  public Checkpoint checkpoint() {
    Map<String, float[]> tensors = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      tensors.put(names.get(i), parameters.tensors().get(i).toFloats());
      tensors.put("m/" + names.get(i), firstMoments.tensors().get(i).toFloats());
      tensors.put("v/" + names.get(i), secondMoments.tensors().get(i).toFloats());
    }
    return new Checkpoint(step, tensors);
  }

  /** Goes on from a checkpoint of a trainer of the same shape. */
  public void restore(Checkpoint checkpoint) {
    for (int i = 0; i < names.size(); i++) {
      copy(checkpoint, names.get(i), parameters.tensors().get(i));
      copy(checkpoint, "m/" + names.get(i), firstMoments.tensors().get(i));
      copy(checkpoint, "v/" + names.get(i), secondMoments.tensors().get(i));
    }
    step = checkpoint.step();
  }

  private void copy(Checkpoint checkpoint, String name, Tensor into) {
    float[] values = checkpoint.tensors().get(name);
    if (values == null) {
      throw new IllegalArgumentException("The checkpoint holds no tensor '" + name + "'");
    }
    try (Tensor source = Tensor.of(values, into.shape())) {
      script.call("copy", into, source).close();
    }
  }

  /**
   * Waits for all, so that nothing computes any more when it returns; an interrupt stays visible.
   *
   * @param discard gets what the others gave when one fails
   */
  private static <T> List<T> results(List<Future<T>> running, Consumer<T> discard) {
    List<T> results = new ArrayList<>();
    Throwable failure = null;
    boolean interrupted = false;
    for (Future<T> future : running) {
      while (true) {
        try {
          results.add(future.get());
          break;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          failure = e.getCause();
          break;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failure != null) {
      results.forEach(discard);
      throw new IllegalStateException("A training worker failed: " + failure.getMessage(), failure);
    }
    return results;
  }

  private static void close(List<Tensor> tensors) {
    tensors.forEach(Tensor::close);
  }

  @Override
  public void close() {
    workers.shutdownNow();
    Stream.of(parameters, firstMoments, secondMoments)
        .forEach(
            list -> {
              list.close();
              list.tensors().forEach(Tensor::close);
            });
    script.close();
  }
}
