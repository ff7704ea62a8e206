package llmthreads.train;

import java.util.List;
import java.util.SplittableRandom;

/**
 * A small classifier over features: multinomial logistic regression, trained by stochastic gradient
 * descent on the cross-entropy. Features are first brought to mean 0 and variance 1, as the
 * training examples have them.
 *
 * <p>The same examples and seed give the same bits. Immutable; any number of threads may ask it.
 */
public final class SoftmaxClassifier {
  private static final double TINY = 1e-9;

  private final double[] means;
  private final double[] scales;
  private final double[][] weights;

  private SoftmaxClassifier(double[] means, double[] scales, double[][] weights) {
    this.means = means;
    this.scales = scales;
    this.weights = weights;
  }

  /**
   * How it is trained.
   *
   * @param epochs times that as many examples are drawn as there are
   * @param rate of the first step, for one feature; it is divided by their number, and falls with
   *     the epochs
   * @param seed of the order of the examples
   */
  public record Plan(int epochs, double rate, long seed) {
    /** Checks the ranges. */
    public Plan {
      if (epochs < 1 || !(rate > 0)) {
        throw new IllegalArgumentException(
            "A plan has 1 epoch or more and a rate above 0, not %d and %s".formatted(epochs, rate));
      }
    }

    /** Enough for a few hundred features and examples. */
    public static Plan of(long seed) {
      return new Plan(30, 2, seed);
    }
  }

  /**
   * Trains one.
   *
   * @param features of each example, all equally many
   * @param labels of each example, from 0
   * @throws IllegalArgumentException when there is no example, or not one label for each
   */
  public static SoftmaxClassifier train(List<float[]> features, List<Integer> labels, Plan plan) {
    if (features.isEmpty() || features.size() != labels.size()) {
      throw new IllegalArgumentException(
          "Training takes examples and a label for each: there are %d examples and %d labels"
              .formatted(features.size(), labels.size()));
    }
    int size = features.getFirst().length;
    int classes = labels.stream().mapToInt(Integer::intValue).max().orElseThrow() + 1;
    double[] means = new double[size];
    double[] scales = new double[size];
    standard(features, means, scales);
    double[][] weights = new double[classes][size + 1];
    SoftmaxClassifier trained = new SoftmaxClassifier(means, scales, weights);
    double[][] inputs = features.stream().map(trained::input).toArray(double[][]::new);
    SplittableRandom random = new SplittableRandom(plan.seed);
    for (int epoch = 0; epoch < plan.epochs; epoch++) {
      double rate = plan.rate / size / (1 + 0.1 * epoch);
      for (int step = 0; step < inputs.length; step++) {
        int example = random.nextInt(inputs.length);
        trained.learn(inputs[example], labels.get(example), rate);
      }
    }
    return trained;
  }

  /** The likeliest label of an example; the first of equals. */
  public int label(float[] features) {
    double[] scores = scores(input(features));
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      best = scores[i] > scores[best] ? i : best;
    }
    return best;
  }

  /** The share of examples whose likeliest label is theirs, from 0 to 1. */
  public double accuracy(List<float[]> features, List<Integer> labels) {
    int right = 0;
    for (int i = 0; i < features.size(); i++) {
      right += label(features.get(i)) == labels.get(i) ? 1 : 0;
    }
    return (double) right / features.size();
  }

  /** One step down the gradient {@code (p − 1[label]) · input}. */
  private void learn(double[] input, int label, double rate) {
    double[] probabilities = softmax(scores(input));
    for (int k = 0; k < weights.length; k++) {
      double error = probabilities[k] - (k == label ? 1 : 0);
      for (int i = 0; i < input.length; i++) {
        weights[k][i] -= rate * error * input[i];
      }
    }
  }

  /** Standardised, with a 1 behind for the bias. */
  private double[] input(float[] features) {
    double[] input = new double[means.length + 1];
    for (int i = 0; i < means.length; i++) {
      input[i] = (features[i] - means[i]) / scales[i];
    }
    input[means.length] = 1;
    return input;
  }

  private double[] scores(double[] input) {
    double[] scores = new double[weights.length];
    for (int k = 0; k < scores.length; k++) {
      for (int i = 0; i < input.length; i++) {
        scores[k] += weights[k][i] * input[i];
      }
    }
    return scores;
  }

  private static double[] softmax(double[] scores) {
    double most = Double.NEGATIVE_INFINITY;
    for (double score : scores) {
      most = Math.max(most, score);
    }
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      scores[i] = StrictMath.exp(scores[i] - most);
      sum += scores[i];
    }
    for (int i = 0; i < scores.length; i++) {
      scores[i] /= sum;
    }
    return scores;
  }

  private static void standard(List<float[]> features, double[] means, double[] scales) {
    for (float[] one : features) {
      for (int i = 0; i < means.length; i++) {
        means[i] += one[i] / features.size();
      }
    }
    for (float[] one : features) {
      for (int i = 0; i < means.length; i++) {
        double off = one[i] - means[i];
        scales[i] += off * off / features.size();
      }
    }
    for (int i = 0; i < scales.length; i++) {
      scales[i] = Math.sqrt(scales[i]) + TINY;
    }
  }
}
