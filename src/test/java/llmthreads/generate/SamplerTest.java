package llmthreads.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SamplerTest {
  private static final double[] PROBABILITIES = {0.1, 0.4, 0.05, 0.25, 0.2};

  @Test
  void tokens_come_as_often_as_their_probability_says() {
    frequencies(Sampling.random(1, 3), PROBABILITIES);
  }

  @Test
  void a_low_temperature_sharpens_by_the_power_of_its_inverse() {
    double sum = 0;
    double[] sharper = new double[5];
    for (int i = 0; i < 5; i++) {
      sum += sharper[i] = PROBABILITIES[i] * PROBABILITIES[i];
    }
    for (int i = 0; i < 5; i++) {
      sharper[i] /= sum;
    }
    frequencies(Sampling.random(0.5, 3), sharper);
  }

  @Test
  void top_k_keeps_the_k_likeliest_in_their_proportion() {
    frequencies(Sampling.random(1, 3).withTopK(2), 0, 0.4 / 0.65, 0, 0.25 / 0.65, 0);
  }

  @Test
  void top_p_keeps_the_fewest_likeliest_that_reach_p() {
    frequencies(Sampling.random(1, 3).withTopP(0.6), 0, 0.4 / 0.65, 0, 0.25 / 0.65, 0);
    frequencies(Sampling.random(1, 3).withTopP(0.39), 0, 1, 0, 0, 0);
  }

  @Test
  void min_p_keeps_what_is_at_least_that_share_of_the_likeliest() {
    frequencies(Sampling.random(1, 3).withMinP(0.45), 0, 0.4 / 0.85, 0, 0.25 / 0.85, 0.2 / 0.85);
    frequencies(Sampling.random(1, 3).withMinP(1), 0, 1, 0, 0, 0);
  }

  @Test
  void a_penalty_shrinks_what_was_seen_towards_zero_or_below_and_a_bias_is_added() {
    float[] logits = {9, 2, -2, 3, 1};
    BitSet seen = BitSet.valueOf(new long[] {0b0011});
    Sampling sampling =
        Sampling.greedy().withRepetitionPenalty(2).withLogitBias(2, 0.5).withLogitBias(3, -0.25);
    Sampler.adjust(logits, 1, 4, sampling, seen);
    assertArrayEquals(new float[] {9, 1, -4, 3.5f, 0.75f}, logits);
    assertEquals(2, Sampler.likeliest(logits, 1, 4));
  }

  @Test
  void the_likeliest_are_in_order_whatever_their_sign_of_equals_the_lower_first() {
    float[] logits = {-1, 0, 3, -0f, 3, Float.NEGATIVE_INFINITY, 0.5f, -7};
    assertArrayEquals(new int[] {2, 4, 6, 1, 3, 0, 7, 5}, Sampler.likeliest(logits, 0, 8, 99));
    assertArrayEquals(new int[] {1, 3}, Sampler.likeliest(logits, 1, 7, 2));
  }

  @Test
  void the_ends_of_the_range_choose_the_first_and_the_last_possible_token() {
    float[] scores = scores(0, 0.5, 0, 0.5, 0);
    assertEquals(1, Sampler.choose(scores, 0, 5, Sampling.random(1, 0), 0));
    assertEquals(3, Sampler.choose(scores, 0, 5, Sampling.random(1, 0), Math.nextDown(1.0)));
  }

  @Test
  void of_equally_likely_tokens_the_lower_number_is_kept() {
    float[] scores = scores(0.25, 0.25, 0.25, 0.25);
    for (double uniform = 0; uniform < 1; uniform += 0.1) {
      assertEquals(0, Sampler.choose(scores, 0, 4, Sampling.random(1, 0).withTopK(1), uniform));
    }
  }

  @Test
  void logits_that_are_no_numbers_are_an_error() {
    float[] scores = {Float.NaN, Float.NaN};
    String message =
        assertThrows(
                IllegalStateException.class,
                () -> Sampler.choose(scores, 0, 2, Sampling.random(1, 0), 0.5))
            .getMessage();
    assertTrue(message.contains("no numbers"), message);
    float[] one = {0, 1, Float.NaN};
    for (Sampling sampling : List.of(Sampling.random(1, 0), Sampling.random(1, 0).withTopP(0.1))) {
      assertThrows(IllegalStateException.class, () -> Sampler.choose(one, 0, 3, sampling, 0.5));
    }
  }

  @Test
  void random_numbers_are_named_by_seed_prompt_and_position_and_evenly_spread() {
    Set<Double> seen = new TreeSet<>();
    double sum = 0;
    double squares = 0;
    for (int seed = 0; seed < 10; seed++) {
      for (int prompt = 0; prompt < 10; prompt++) {
        for (int position = 0; position < 100; position++) {
          double u = CounterRandom.uniform(seed, prompt, position);
          assertTrue(u >= 0 && u < 1);
          seen.add(u);
          sum += u;
          squares += u * u;
        }
      }
    }
    assertEquals(10_000, seen.size());
    assertEquals(0.5, sum / 10_000, 0.01);
    assertEquals(1 / 3.0, squares / 10_000, 0.01);
    assertNotEquals(CounterRandom.uniform(1, 0, 0), CounterRandom.uniform(0, 1, 0));
  }

  private static void frequencies(Sampling sampling, double... expected) {
    int[] counts = new int[5];
    int draws = 20_000;
    float[] scores = scores(PROBABILITIES);
    for (int i = 0; i < draws; i++) {
      counts[
          Sampler.choose(scores, 0, 5, sampling, CounterRandom.uniform(sampling.seed(), 0, i))]++;
    }
    for (int token = 0; token < 5; token++) {
      assertEquals(expected[token], counts[token] / (double) draws, 0.012, "token " + token);
      assertEquals(expected[token] == 0, counts[token] == 0, "token " + token);
    }
  }

  private static float[] scores(double... probabilities) {
    float[] scores = new float[probabilities.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) Math.log(probabilities[i]);
    }
    return scores;
  }
}
