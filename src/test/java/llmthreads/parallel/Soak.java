package llmthreads.parallel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import llmthreads.device.Cancellation;
import llmthreads.device.DeadlineException;
import llmthreads.generate.Completion;
import llmthreads.generate.GenerateOptions;
import llmthreads.generate.Prompt;
import llmthreads.generate.Sampling;
import llmthreads.model.Config;
import llmthreads.model.EmbeddedModel;
import llmthreads.model.LanguageModel;
import llmthreads.model.Precision;
import llmthreads.model.RandomWeights;
import llmthreads.model.Shard;
import llmthreads.parallel.merge.Averaging;
import llmthreads.script.Operand;

/**
 * Minutes of randomly chosen strategies, sizes, cancellations and injected failures. It ends with
 * status 1 and a sentence when a token is wrong, a thread or a tensor stays, a run hangs, or memory
 * grows.
 */
public final class Soak {
  private static final int PROMPTS = 24;
  private static final int TOKENS = 12;

  /** Kinds of strategies; from the second number on they cut layers by feature map. */
  private static final int KINDS = 6;

  private static final int FIRST_CUT_KIND = 4;

  private static final Duration LONGEST_ROUND = Duration.ofMinutes(2);
  private static final List<Sampling> SAMPLINGS =
      List.of(Sampling.greedy(), Sampling.random(0.8, 7).withTopK(20));

  private final SplittableRandom random;
  private final Map<String, Integer> rounds = new TreeMap<>();
  private final AtomicLong roundBegan = new AtomicLong(System.nanoTime());
  private volatile String doing = "nothing yet";

  private Soak(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** A model and its serial answers, by sampling. */
  private record Subject(
      String name, LanguageModel model, List<Prompt> prompts, List<List<Completion>> serial) {
    static Subject of(String name, LanguageModel model) {
      List<Prompt> prompts = SerialOracle.prompts(model.config(), PROMPTS);
      List<List<Completion>> serial =
          SAMPLINGS.stream()
              .map(
                  sampling ->
                      SerialOracle.answers(
                          model,
                          prompts,
                          GenerateOptions.of(sampling).withMaxTokens(TOKENS).withLogits()))
              .toList();
      return new Subject(name, model, prompts, serial);
    }
  }

  /** How a round is disturbed. */
  private enum Trouble {
    NONE,
    CANCELLED,
    INTERRUPTED,
    LATE,
    FAILING
  }

  /**
   * Runs until the time is over.
   *
   * @param arguments minutes, and a seed if another than 1
   */
  public static void main(String... arguments) {
    double minutes = Double.parseDouble(arguments[0]);
    long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1;
    System.exit(new Soak(seed).run(minutes) ? 0 : 1);
  }

  private boolean run(double minutes) {
    Config groups = new Config(157, 288, 4, 8, 4, 32, 352, 96, 1e-5, 10_000, true, -1, List.of(5));
    Config single = new Config(129, 128, 5, 4, 4, 32, 160, 96, 1e-5, 10_000, false, -1, List.of(9));
    watch();
    List<Subject> subjects =
        List.of(
            Subject.of("groups", LanguageModel.of(groups, new RandomWeights(1), Precision.F32)),
            Subject.of("single", LanguageModel.of(single, new RandomWeights(2), Precision.F32)),
            Subject.of("embedded", LanguageModel.load(EmbeddedModel.folder(), Precision.F32)));
    long began = System.nanoTime();
    long end = began + (long) (minutes * 60e9);
    long told = began;
    long warm = 0;
    try {
      while (System.nanoTime() < end) {
        round(subjects.get(random.nextInt(subjects.size())));
        if (warm == 0 && System.nanoTime() - began > (end - began) / 5) {
          warm = residentBytes();
        }
        if (System.nanoTime() - told > 60e9) {
          told = System.nanoTime();
          report((told - began) / 60e9);
        }
      }
      report(minutes);
      if (residentBytes() > 1.15 * warm + (64 << 20)) {
        throw new IllegalStateException(
            "memory grew from %d to %d MiB".formatted(warm >> 20, residentBytes() >> 20));
      }
      return true;
    } catch (RuntimeException | AssertionError e) {
      System.out.println("FAILED in " + doing + ": " + e);
      e.printStackTrace(System.out);
      return false;
    }
  }

  private void round(Subject subject) {
    long tensors = Operand.live();
    int threads = Thread.activeCount();
    int sampling = random.nextInt(SAMPLINGS.size());
    Trouble trouble = Trouble.values()[random.nextInt(Trouble.values().length)];
    GenerateOptions options =
        GenerateOptions.of(SAMPLINGS.get(sampling))
            .withMaxTokens(TOKENS)
            .withBatch(1 + random.nextInt(16))
            .withPrefillChunk(random.nextBoolean() ? 0 : 1 + random.nextInt(40));
    List<Prompt> prompts = subject.prompts.subList(0, 1 + random.nextInt(PROMPTS));
    Shard.Form form = random.nextInt(4) == 0 ? Shard.Form.REDUCED : Shard.Form.GATHERED;
    int kindNumber = random.nextInt(KINDS);
    boolean exact = form == Shard.Form.GATHERED || kindNumber < FIRST_CUT_KIND;
    try (ParallelEngine engine = engine(kindNumber, subject.model, form)) {
      String kind = engine.getClass().getSimpleName();
      doing = "%s on %s, %s, %s".formatted(kind, subject.name, trouble, options);
      roundBegan.set(System.nanoTime());
      rounds.merge(kind + " " + trouble, 1, Integer::sum);
      for (int run = 0; run < 2; run++) {
        List<Completion> answers = disturbed(engine, prompts, options, trouble);
        if (!answers.isEmpty() && exact) {
          List<Completion> wanted = subject.serial.get(sampling).subList(0, prompts.size());
          SerialOracle.assertSameBits(wanted, answers, doing);
        }
      }
    }
    if (Operand.live() != tensors) {
      throw new IllegalStateException(Operand.live() - tensors + " tensors were left behind");
    }
    if (Thread.activeCount() > threads) {
      throw new IllegalStateException(Thread.activeCount() - threads + " threads were left behind");
    }
  }

  /** What came out; nothing when the trouble came first. */
  private List<Completion> disturbed(
      ParallelEngine engine, List<Prompt> prompts, GenerateOptions options, Trouble trouble) {
    int after = random.nextInt(3 * TOKENS);
    AtomicInteger heard = new AtomicInteger();
    Cancellation cancellation =
        trouble == Trouble.LATE
            ? Cancellation.within(Duration.ofMillis(random.nextInt(100)))
            : new Cancellation();
    Thread caller = Thread.currentThread();
    GenerateOptions listened =
        options.withListener(
            (prompt, token, text) -> {
              if (heard.incrementAndGet() != after) {
                return;
              }
              switch (trouble) {
                case NONE, LATE -> {}
                case CANCELLED -> cancellation.request();
                case INTERRUPTED -> caller.interrupt();
                case FAILING -> throw new ArithmeticException("injected");
              }
            });
    try {
      List<Completion> answers = engine.generate(prompts, listened, cancellation).completions();
      return Thread.interrupted() ? List.of() : answers;
    } catch (CancellationException e) {
      Thread.interrupted();
      if (trouble != Trouble.CANCELLED && trouble != Trouble.INTERRUPTED) {
        throw e;
      }
    } catch (DeadlineException e) {
      if (trouble != Trouble.LATE) {
        throw e;
      }
    } catch (ArithmeticException e) {
      if (trouble != Trouble.FAILING) {
        throw e;
      }
    }
    return List.of();
  }

  private ParallelEngine engine(int kind, LanguageModel model, Shard.Form form) {
    int workers = 1 + random.nextInt(4);
    return switch (kind) {
      case 0 -> new DataParallel(model, workers, 1, any(List.of(Schedule.values())));
      case 1 -> new PipelineParallel(model, workers, 1);
      case 2 -> new TaskEngine(model, workers, 1 + random.nextInt(5));
      case 3 -> new Ensemble(Collections.nCopies(4, model), workers, 1, Averaging.LOGITS);
      case 4 -> new TensorParallel(model, workers, 1, form);
      default -> {
        List<Mesh> meshes = new ArrayList<>();
        for (int data = 1; data <= 2; data++) {
          for (int pipeline = 1; pipeline <= 3; pipeline++) {
            meshes.add(new Mesh(data, pipeline, 1));
            meshes.add(new Mesh(data, pipeline, 2));
          }
        }
        yield new HybridParallel(model, any(meshes), 1, form);
      }
    };
  }

  private <T> T any(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  /** Ends the process when a round hangs, and says where every thread stands. */
  private void watch() {
    Thread watch =
        new Thread(
            () -> {
              while (System.nanoTime() - roundBegan.get() < LONGEST_ROUND.toNanos()) {
                try {
                  Thread.sleep(1000);
                } catch (InterruptedException e) {
                  return;
                }
              }
              System.out.println("FAILED: hangs in " + doing);
              Thread.getAllStackTraces()
                  .forEach((thread, stack) -> System.out.println(thread + " " + List.of(stack)));
              Runtime.getRuntime().halt(1);
            },
            "watch");
    watch.setDaemon(true);
    watch.start();
  }

  private void report(double minutes) {
    System.out.printf(
        Locale.ROOT,
        "%5.1f min  %d rounds  %d threads  %d tensors  %d MiB resident  %s%n",
        minutes,
        rounds.values().stream().mapToInt(each -> each).sum(),
        Thread.activeCount(),
        Operand.live(),
        residentBytes() >> 20,
        rounds);
  }

  private static long residentBytes() {
    try {
      String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ");
      return Long.parseLong(pages[1]) * 4096;
    } catch (IOException e) {
      return 0;
    }
  }
}
