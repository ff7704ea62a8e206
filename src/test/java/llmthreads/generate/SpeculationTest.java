package llmthreads.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import llmthreads.device.Cancellation;
import llmthreads.model.Config;
import llmthreads.model.LanguageModel;
import llmthreads.model.Precision;
import llmthreads.model.RandomWeights;
import llmthreads.trace.Trace;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SpeculationTest {
  private static final LanguageModel MODEL = model(97, 2, 256, 7);

  /** One that guesses right always, one that does so now and then. */
  private static final List<LanguageModel> DRAFTS =
      List.of(model(97, 2, 256, 7), model(97, 1, 256, 7));

  private static final List<Prompt> PROMPTS = prompts();

  @AfterAll
  static void close() {
    MODEL.close();
    DRAFTS.forEach(LanguageModel::close);
  }

  @Test
  void a_draft_changes_no_bit() {
    for (Sampling sampling :
        List.of(
            Sampling.greedy(),
            Sampling.random(0.4, 42).withTopK(40),
            Sampling.random(0.4, 42).withRepetitionPenalty(1.3))) {
      GenerateOptions options = GenerateOptions.of(sampling).withMaxTokens(40).withLogits();
      List<Completion> plain = run(options, PROMPTS, Trace.off());
      for (LanguageModel draft : DRAFTS) {
        for (int tokens : new int[] {1, 4, 7}) {
          for (Caching caching : List.of(Caching.DEFAULT, new Caching(true, 512))) {
            GenerateOptions ahead = options.withDraft(draft, tokens).withCaching(caching);
            List<Completion> drafted = run(ahead.withBatch(3), PROMPTS, Trace.off());
            for (int i = 0; i < plain.size(); i++) {
              assertTrue(plain.get(i).sameBits(drafted.get(i)), "prompt " + i + ", " + ahead);
            }
          }
        }
      }
    }
  }

  @Test
  void a_draft_that_is_always_right_saves_all_steps_but_one_in_five() {
    GenerateOptions options = GenerateOptions.of(Sampling.random(0.8, 3)).withMaxTokens(41);
    List<Prompt> one = PROMPTS.subList(0, 1);
    Trace plain = new Trace();
    int tokens = run(options, one, plain).getFirst().tokens().length;
    assertEquals(tokens - 1, decodes(plain));
    Trace ahead = new Trace();
    run(options.withDraft(DRAFTS.getFirst(), 4), one, ahead);
    assertEquals(Math.ceilDiv(tokens - 1, 5), decodes(ahead));
  }

  @Test
  void a_draft_of_another_vocabulary_or_a_short_context_is_refused() {
    GenerateOptions options = GenerateOptions.of(Sampling.greedy()).withMaxTokens(20);
    try (LanguageModel other = model(98, 1, 256, 1);
        LanguageModel small = model(97, 1, 32, 1)) {
      assertEquals(
          "The draft has a vocabulary of 98 tokens, the model one of 97: it must be the same",
          refusal(options.withDraft(other, 3)));
      assertTrue(refusal(options.withDraft(small, 3)).startsWith("The draft's context is 32, but"));
    }
  }

  private static String refusal(GenerateOptions options) {
    return assertThrows(IllegalArgumentException.class, () -> run(options, PROMPTS, Trace.off()))
        .getMessage();
  }

  private static long decodes(Trace trace) {
    return trace.spans().stream().filter(span -> span.name().equals("decode")).count();
  }

  private static List<Completion> run(GenerateOptions options, List<Prompt> prompts, Trace trace) {
    return new Generator(MODEL, options, new Cancellation(), trace).run(prompts);
  }

  private static LanguageModel model(int vocabulary, int layers, int context, long seed) {
    Config config =
        new Config(
            vocabulary, 64, layers, 4, 2, 32, 96, context, 1e-5, 10_000, false, -1, List.of(5));
    return LanguageModel.of(config, new RandomWeights(seed), Precision.F32);
  }

  private static List<Prompt> prompts() {
    List<int[]> all = new ArrayList<>();
    for (int length : new int[] {3, 130, 1, 40, 125, 7, 210, 129}) {
      all.add(new SplittableRandom(length).ints(length, 0, 97).toArray());
    }
    return Prompt.of(MODEL.config(), all);
  }
}
