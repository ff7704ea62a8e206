package llmthreads.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import llmthreads.device.Cancellation;
import llmthreads.device.EngineThreads;
import llmthreads.generate.Completion;
import llmthreads.generate.GenerateOptions;
import llmthreads.generate.Generator;
import llmthreads.generate.Prompt;
import llmthreads.model.Config;
import llmthreads.model.LanguageModel;
import llmthreads.trace.Trace;

/** The serial run, one prompt at a time on one thread, with which every strategy is compared. */
public final class SerialOracle {
  private SerialOracle() {}

  public static List<Completion> answers(
      LanguageModel model, List<Prompt> prompts, GenerateOptions options) {
    try (EngineThreads one = new EngineThreads("serial", 1, 1)) {
      Cancellation cancellation = new Cancellation();
      return one.run(
          cancellation,
          () -> new Generator(model, options.withBatch(1), cancellation, Trace.off()).run(prompts));
    }
  }

  public static void assertSameBits(
      List<Completion> serial, List<Completion> parallel, String message) {
    assertEquals(serial.size(), parallel.size(), message);
    for (int i = 0; i < serial.size(); i++) {
      assertTrue(serial.get(i).sameBits(parallel.get(i)), message + ", prompt " + i);
    }
  }

  /** No thread is left whose name begins so. */
  public static void assertNoThread(String name) {
    assertEquals(
        List.of(),
        Thread.getAllStackTraces().keySet().stream()
            .map(Thread::getName)
            .filter(each -> each.startsWith(name))
            .toList());
  }

  /** Random prompts of 1 to 60 tokens. */
  public static List<Prompt> prompts(Config config, int count) {
    SplittableRandom random = new SplittableRandom(5);
    List<int[]> tokens = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tokens.add(random.ints(1 + random.nextInt(60), 0, config.vocabularySize()).toArray());
    }
    return Prompt.of(config, tokens);
  }
}
