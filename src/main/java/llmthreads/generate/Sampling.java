package llmthreads.generate;

import java.util.Map;
import java.util.TreeMap;

/**
 * How the next token is chosen from a model's logits. In this order: the repetition penalty, the
 * biases, the temperature, the k likeliest, of these the p likeliest, of these what min-p leaves.
 *
 * @param temperature logits are divided by it; 0 takes the likeliest token always
 * @param topK only the k likeliest tokens may be chosen; 0 for all
 * @param topP only the likeliest tokens that together reach this probability may be chosen (nucleus
 *     sampling, arXiv 1904.09751); 1 for all
 * @param minP only tokens may be chosen that are at least so likely as this share of the likeliest
 *     one (arXiv 2407.01082); 0 for all
 * @param repetitionPenalty logits of tokens that the prompt or the answer holds already are divided
 *     by it where they are positive and multiplied where they are not (CTRL, arXiv 1909.05858); 1
 *     for none
 * @param logitBias what is added to the logits of some tokens, by the token's number; negative
 *     infinity forbids one
 * @param seed of the random numbers, which depend on it, on the prompt's number and on the token's
 *     position, and on nothing else: neither worker nor batch changes a choice
 */
public record Sampling(
    double temperature,
    int topK,
    double topP,
    double minP,
    double repetitionPenalty,
    Map<Integer, Double> logitBias,
    long seed) {
  /** Checks the ranges. */
  public Sampling {
    if (!(temperature >= 0) || Double.isInfinite(temperature)) {
      throw new IllegalArgumentException(
          "temperature must be 0 (greedy) or more, it is " + temperature);
    }
    if (topK < 0) {
      throw new IllegalArgumentException("topK must be 0 (all tokens) or more, it is " + topK);
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException(
          "topP must be above 0 and at most 1 (all tokens), it is " + topP);
    }
    if (!(minP >= 0 && minP <= 1)) {
      throw new IllegalArgumentException(
          "minP must be between 0 (all tokens) and 1 (the likeliest), it is " + minP);
    }
    if (!(repetitionPenalty > 0) || Double.isInfinite(repetitionPenalty)) {
      throw new IllegalArgumentException(
          "repetitionPenalty must be above 0, where 1 is none, it is " + repetitionPenalty);
    }
    logitBias = Map.copyOf(logitBias);
    logitBias.forEach(
        (token, bias) -> {
          if (token < 0 || !(bias < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                "logitBias must give tokens from 0 on finite numbers or negative infinity, it gives"
                    + " token %d %s".formatted(token, bias));
          }
        });
  }

  /** Always the likeliest token. */
  public static Sampling greedy() {
    return random(0, 0);
  }

  /** A token drawn by the model's probabilities at a temperature. */
  public static Sampling random(double temperature, long seed) {
    return new Sampling(temperature, 0, 1, 0, 1, Map.of(), seed);
  }

  /** The same with another k. */
  public Sampling withTopK(int k) {
    return new Sampling(temperature, k, topP, minP, repetitionPenalty, logitBias, seed);
  }

  /** The same with another p. */
  public Sampling withTopP(double p) {
    return new Sampling(temperature, topK, p, minP, repetitionPenalty, logitBias, seed);
  }

  /** The same with another least share of the likeliest token's probability. */
  public Sampling withMinP(double share) {
    return new Sampling(temperature, topK, topP, share, repetitionPenalty, logitBias, seed);
  }

  /** The same with another penalty of tokens that were there before. */
  public Sampling withRepetitionPenalty(double penalty) {
    return new Sampling(temperature, topK, topP, minP, penalty, logitBias, seed);
  }

  /** The same with a bias of one token more. */
  public Sampling withLogitBias(int token, double bias) {
    Map<Integer, Double> biases = new TreeMap<>(logitBias);
    biases.put(token, bias);
    return new Sampling(temperature, topK, topP, minP, repetitionPenalty, biases, seed);
  }

  /** Whether the likeliest token is taken always. */
  public boolean isGreedy() {
    return temperature == 0;
  }

  /** Whether the model's logits are changed before a token is chosen. */
  boolean changesLogits() {
    return repetitionPenalty != 1 || !logitBias.isEmpty();
  }

  /** Whether some tokens are left out because others are likelier. */
  boolean cuts(int vocabulary) {
    return topK > 0 && topK < vocabulary || topP < 1 || minP > 0;
  }
}
