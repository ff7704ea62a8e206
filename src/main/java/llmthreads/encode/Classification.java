package llmthreads.encode;

import java.util.Arrays;
import java.util.List;

/**
 * What a text was classified as.
 *
 * @param labels that the model knows
 * @param logits of each
 * @param probabilities of each; together 1, unless several may hold at once
 */
public record Classification(List<String> labels, float[] logits, double[] probabilities) {
  /** Copies the arrays. */
  public Classification {
    labels = List.copyOf(labels);
    logits = logits.clone();
    probabilities = probabilities.clone();
  }

  /**
   * By a model's logits.
   *
   * @param several whether several labels may hold at once, each with a probability of its own; so
   *     too where there is but one label
   */
  static Classification of(List<String> labels, float[] logits, boolean several) {
    boolean alone = several || labels.size() == 1;
    return new Classification(labels, logits, alone ? sigmoid(logits) : softmax(logits));
  }

  /** The likeliest label. */
  public String label() {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return labels.get(best);
  }

  /**
   * The probability of a label.
   *
   * @throws IllegalArgumentException when the model does not know it
   */
  public double probability(String label) {
    int at = labels.indexOf(label);
    if (at < 0) {
      throw new IllegalArgumentException(
          "This model does not know the label '%s', only %s".formatted(label, labels));
    }
    return probabilities[at];
  }

  private static double[] sigmoid(float... logits) {
    double[] probabilities = new double[logits.length];
    Arrays.setAll(probabilities, i -> 1 / (1 + Math.exp(-logits[i])));
    return probabilities;
  }

  private static double[] softmax(float... logits) {
    double most = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      most = Math.max(most, logit);
    }
    double[] shares = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < shares.length; i++) {
      shares[i] = Math.exp(logits[i] - most);
      sum += shares[i];
    }
    for (int i = 0; i < shares.length; i++) {
      shares[i] /= sum;
    }
    return shares;
  }

  @Override
  public float[] logits() {
    return logits.clone();
  }

  @Override
  public double[] probabilities() {
    return probabilities.clone();
  }
}
