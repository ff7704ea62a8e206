package llmthreads.parallel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import llmthreads.device.Cancellation;
import llmthreads.device.Device;
import llmthreads.device.EngineThreads;
import llmthreads.generate.Completion;
import llmthreads.generate.GenerateOptions;
import llmthreads.generate.Generator;
import llmthreads.generate.Prompt;
import llmthreads.generate.Sampling;
import llmthreads.measure.Benchmark;
import llmthreads.measure.Comparison;
import llmthreads.measure.Interval;
import llmthreads.measure.Timing;
import llmthreads.model.Config;
import llmthreads.model.LanguageModel;
import llmthreads.model.Precision;
import llmthreads.model.RandomWeights;
import llmthreads.model.Shard;
import llmthreads.trace.Trace;

/**
 * Times every strategy against the serial run on a random LLaMA-style model of about 124 million
 * parameters: in turns, so that a slow minute of the machine hits all of them alike.
 */
public final class StrategyBenchmark {
  private static final Config CONFIG =
      new Config(50_257, 768, 12, 12, 12, 64, 2048, 1024, 1e-5, 10_000, true, -1, List.of());
  private static final int PROMPT = 16;
  private static final int TOKENS = 16;
  private static final int SHORT_TOKENS = 4;
  private static final int SHORT_ROUNDS = 9;
  private static final String SERIAL = "serial, 1 thread";

  private StrategyBenchmark() {}

  /**
   * Prints what one worker costs over the serial run, and a table for each batch.
   *
   * @param arguments rounds, and batches behind it
   */
  public static void main(String... arguments) {
    int rounds = Integer.parseInt(arguments[0]);
    System.out.printf("%d M parameters, f32%n", CONFIG.parameters() / 1_000_000);
    try (LanguageModel model = LanguageModel.of(CONFIG, new RandomWeights(1), Precision.F32)) {
      overhead(model, SHORT_ROUNDS * rounds);
      for (String batch : Arrays.copyOfRange(arguments, 1, arguments.length)) {
        compare(model, Integer.parseInt(batch), rounds);
      }
    }
  }

  /** What a strategy with one worker costs over the serial run: many short runs, in turns. */
  private static void overhead(LanguageModel model, int rounds) {
    List<Prompt> prompts = prompts(1);
    GenerateOptions options =
        GenerateOptions.of(Sampling.greedy()).withMaxTokens(SHORT_TOKENS).withBatch(1);
    Map<String, ParallelEngine> engines = ofOneWorker(model, 1);
    try (EngineThreads one = new EngineThreads("serial", 1, 1)) {
      Comparison times =
          candidates(
                  new Benchmark()
                      .warmUps(2)
                      .repetitions(rounds)
                      .candidate(SERIAL, () -> serial(one, model, prompts, options)),
                  engines,
                  prompts,
                  options)
              .run();
      System.out.printf("%none worker over the serial run, %d short runs each%n", rounds);
      for (String name : engines.keySet()) {
        Interval interval = times.speedUpInterval(name);
        System.out.printf(
            Locale.ROOT,
            "%-20s %+6.2f %%  (%+.2f … %+.2f)%n",
            name,
            100 * (1 / times.speedUp(name) - 1),
            100 * (1 / interval.high() - 1),
            100 * (1 / interval.low() - 1));
      }
    } finally {
      engines.values().forEach(ParallelEngine::close);
    }
  }

  private static List<Prompt> prompts(int count) {
    SplittableRandom random = new SplittableRandom(count);
    List<int[]> tokens = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tokens.add(random.ints(PROMPT, 0, CONFIG.vocabularySize()).toArray());
    }
    return Prompt.of(CONFIG, tokens);
  }

  private static Benchmark candidates(
      Benchmark benchmark,
      Map<String, ParallelEngine> engines,
      List<Prompt> prompts,
      GenerateOptions options) {
    Benchmark all = benchmark;
    for (Map.Entry<String, ParallelEngine> each : engines.entrySet()) {
      all =
          all.candidate(
              each.getKey(), () -> each.getValue().generate(prompts, options, new Cancellation()));
    }
    return all;
  }

  private static void compare(LanguageModel model, int batch, int rounds) {
    List<Prompt> prompts = prompts(batch);
    GenerateOptions options =
        GenerateOptions.of(Sampling.greedy()).withMaxTokens(TOKENS).withBatch(batch);
    int cores = Math.max(1, (int) Device.cpu().cores());
    Map<String, ParallelEngine> engines = engines(model, cores, batch);
    try (EngineThreads one = new EngineThreads("serial", 1, 1);
        EngineThreads all = new EngineThreads("serial", 1, cores)) {
      Benchmark serial =
          new Benchmark()
              .warmUps(1)
              .repetitions(rounds)
              .candidate(SERIAL, () -> serial(one, model, prompts, options))
              .candidate("serial, all cores", () -> serial(all, model, prompts, options));
      Comparison times = candidates(serial, engines, prompts, options).run();
      report(batch, times, engines, prompts, options);
    } finally {
      engines.values().forEach(ParallelEngine::close);
    }
  }

  private static Map<String, ParallelEngine> ofOneWorker(LanguageModel model, int batch) {
    Map<String, ParallelEngine> engines = new LinkedHashMap<>();
    engines.put("data 1", new DataParallel(model, 1, 1));
    engines.put("pipeline 1", new PipelineParallel(model, 1, 1));
    engines.put("tensor 1", new TensorParallel(model, 1, 1));
    engines.put("tasks 1", new TaskEngine(model, 1, batch));
    engines.put("hybrid 1 × 1 × 1", new HybridParallel(model, new Mesh(1, 1, 1), 1));
    return engines;
  }

  private static Map<String, ParallelEngine> engines(LanguageModel model, int cores, int batch) {
    Map<String, ParallelEngine> engines = ofOneWorker(model, batch);
    engines.put("data " + cores, new DataParallel(model, cores, 1));
    engines.put("pipeline " + cores, new PipelineParallel(model, cores, 1));
    engines.put("tensor %d gathered".formatted(cores), new TensorParallel(model, cores, 1));
    engines.put(
        "tensor %d reduced".formatted(cores),
        new TensorParallel(model, cores, 1, Shard.Form.REDUCED));
    engines.put("tasks " + cores, new TaskEngine(model, cores, Math.ceilDiv(batch, cores)));
    engines.put(
        "hybrid %d × 1 × 1".formatted(cores), new HybridParallel(model, new Mesh(cores, 1, 1), 1));
    return engines;
  }

  private static List<Completion> serial(
      EngineThreads thread, LanguageModel model, List<Prompt> prompts, GenerateOptions options) {
    Cancellation cancellation = new Cancellation();
    return thread.run(
        cancellation, () -> new Generator(model, options, cancellation, Trace.off()).run(prompts));
  }

  private static void report(
      int batch,
      Comparison times,
      Map<String, ParallelEngine> engines,
      List<Prompt> prompts,
      GenerateOptions options) {
    System.out.printf("%nbatch %d%n", batch);
    System.out.printf(
        "%-20s %10s %10s %9s %16s %10s %11s %7s %13s%n",
        "",
        "median ms",
        "tokens/s",
        "speed-up",
        "its interval",
        "compute %",
        "exchange %",
        "wait %",
        "MiB a worker");
    for (Timing timing : times.timings()) {
      String name = timing.name();
      Interval interval = times.speedUpInterval(name);
      System.out.printf(
          Locale.ROOT,
          "%-20s %10.1f %10.1f %9.3f %16s %s%n",
          name,
          timing.medianMs(),
          timing.perSecond((double) batch * TOKENS),
          times.speedUp(name),
          "%.3f … %.3f".formatted(interval.low(), interval.high()),
          engines.containsKey(name) ? costs(engines.get(name), prompts, options) : "");
    }
  }

  private static String costs(
      ParallelEngine engine, List<Prompt> prompts, GenerateOptions options) {
    ParallelRun run = engine.generate(prompts, options, new Cancellation());
    double whole = run.trace().durationNs() * (double) engine.threads().workers() / 100;
    long compute = 0;
    long exchange = 0;
    long wait = 0;
    long weights = 0;
    for (WorkerCost cost : engine.costs(run)) {
      compute += cost.computeNs();
      exchange += cost.synchroniseNs();
      wait += cost.waitNs();
      weights = Math.max(weights, cost.weightBytes());
    }
    return "%10.1f %11.1f %7.1f %13.1f"
        .formatted(compute / whole, exchange / whole, wait / whole, weights / 1048576.0);
  }
}
