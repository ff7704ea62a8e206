package llmthreads.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import llmthreads.device.Cancellation;
import llmthreads.generate.Completion;
import llmthreads.generate.GenerateOptions;
import llmthreads.generate.Prompt;
import llmthreads.generate.Sampling;
import llmthreads.model.Config;
import llmthreads.model.LanguageModel;
import llmthreads.model.Precision;
import llmthreads.model.RandomWeights;
import llmthreads.parallel.merge.Averaging;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class EnsembleTest {
  private static final Config CONFIG = config(157, 64, 2, 96);

  /** Different weights, another shape, another precision. */
  private static final List<LanguageModel> MEMBERS =
      List.of(
          LanguageModel.of(CONFIG, new RandomWeights(1), Precision.F32),
          LanguageModel.of(CONFIG, new RandomWeights(2), Precision.F32),
          LanguageModel.of(config(157, 96, 3, 128), new RandomWeights(3), Precision.F32),
          LanguageModel.of(CONFIG, new RandomWeights(1), Precision.BF16));

  private static final List<Prompt> PROMPTS = SerialOracle.prompts(CONFIG, 7);
  private static final GenerateOptions GREEDY =
      GenerateOptions.of(Sampling.greedy()).withMaxTokens(4).withLogits();

  private static Config config(int vocabulary, int hidden, int layers, int context) {
    return new Config(
        vocabulary, hidden, layers, 4, 2, 16, 96, context, 1e-5, 10_000, true, -1, List.of(5, 9));
  }

  @AfterAll
  static void close() {
    MEMBERS.forEach(LanguageModel::close);
  }

  @Test
  void the_answers_are_the_same_bits_with_any_number_of_workers() {
    for (Averaging averaging : Averaging.values()) {
      for (Sampling sampling : List.of(Sampling.greedy(), Sampling.random(0.8, 7))) {
        GenerateOptions options = GenerateOptions.of(sampling).withMaxTokens(4).withLogits();
        List<Completion> alone = answers(MEMBERS, 1, averaging, options);
        for (int workers : new int[] {2, 3}) {
          for (int[] each : new int[][] {{7, 0}, {3, 13}}) {
            SerialOracle.assertSameBits(
                alone,
                answers(
                    MEMBERS,
                    workers,
                    averaging,
                    options.withBatch(each[0]).withPrefillChunk(each[1])),
                "%d workers, %s, batch %d".formatted(workers, averaging, each[0]));
          }
        }
      }
    }
  }

  @Test
  void logits_of_twice_the_same_model_are_its_own_to_the_bit() {
    LanguageModel model = MEMBERS.getFirst();
    SerialOracle.assertSameBits(
        SerialOracle.answers(model, PROMPTS, GREEDY),
        answers(List.of(model, model), 2, Averaging.LOGITS, GREEDY),
        "twice the same");
  }

  @Test
  void the_first_token_is_chosen_by_the_average_of_what_every_member_says() {
    GenerateOptions one = GREEDY.withMaxTokens(1);
    List<List<Completion>> each =
        MEMBERS.stream().map(member -> SerialOracle.answers(member, PROMPTS, one)).toList();
    for (Averaging averaging : Averaging.values()) {
      List<Completion> merged = answers(MEMBERS, 2, averaging, one);
      for (int prompt = 0; prompt < PROMPTS.size(); prompt++) {
        int index = prompt;
        double[] expected =
            average(averaging, each.stream().map(member -> member.get(index).logits()[0]).toList());
        for (int token = 0; token < expected.length; token++) {
          assertEquals(expected[token], merged.get(prompt).logits()[0][token], 1e-5);
        }
      }
    }
  }

  private static double[] average(Averaging averaging, List<float[]> logits) {
    double[] sum = new double[logits.getFirst().length];
    for (float[] one : logits) {
      double all = 0;
      for (float logit : one) {
        all += Math.exp(logit);
      }
      for (int i = 0; i < sum.length; i++) {
        sum[i] += averaging == Averaging.LOGITS ? one[i] : Math.exp(one[i]) / all;
      }
    }
    for (int i = 0; i < sum.length; i++) {
      double mean = sum[i] / logits.size();
      sum[i] = averaging == Averaging.LOGITS ? mean : Math.log(mean);
    }
    return sum;
  }

  @Test
  void a_worker_needs_the_weights_of_its_members_only() {
    try (Ensemble ensemble = new Ensemble(MEMBERS, 3, 1, Averaging.LOGITS)) {
      List<Long> bytes = MEMBERS.stream().map(member -> member.weights().bytes()).toList();
      assertEquals(
          List.of(bytes.get(0) + bytes.get(3), bytes.get(1), bytes.get(2)), ensemble.weightBytes());
    }
  }

  @Test
  void what_cannot_be_an_ensemble_is_refused_in_a_sentence() {
    refused("at least 1 member", List.of(), 1);
    refused("4 members keep 4 workers busy at most, not 5", MEMBERS, 5);
    try (LanguageModel stranger =
        LanguageModel.of(config(160, 64, 2, 96), new RandomWeights(1), Precision.F32)) {
      refused("members share their vocabulary", List.of(MEMBERS.getFirst(), stranger), 1);
    }
  }

  private static void refused(String reason, List<LanguageModel> members, int workers) {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> new Ensemble(members, workers, 1, Averaging.LOGITS))
            .getMessage();
    assertTrue(message.contains(reason), message);
  }

  private static List<Completion> answers(
      List<LanguageModel> members, int workers, Averaging averaging, GenerateOptions options) {
    try (Ensemble ensemble = new Ensemble(members, workers, 1, averaging)) {
      return ensemble.generate(PROMPTS, options, new Cancellation()).completions();
    }
  }
}
