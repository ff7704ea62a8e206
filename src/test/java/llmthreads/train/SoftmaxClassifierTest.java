package llmthreads.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SoftmaxClassifierTest {
  private static final SoftmaxClassifier.Plan PLAN = SoftmaxClassifier.Plan.of(3);

  /** Points around three corners, far from 0 and of unequal scale. */
  private static void points(int count, long seed, List<float[]> features, List<Integer> labels) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < count; i++) {
      int label = random.nextInt(3);
      features.add(
          new float[] {
            (float) (500 + (label == 1 ? 100 : 0) + random.nextDouble(-30, 30)),
            (float) (label == 2 ? 0.1 : 0) + (float) random.nextDouble(-0.03, 0.03)
          });
      labels.add(label);
    }
  }

  @Test
  void it_tells_classes_apart_that_lie_apart() {
    List<float[]> features = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    points(300, 1, features, labels);
    List<float[]> unseen = new ArrayList<>();
    List<Integer> theirs = new ArrayList<>();
    points(200, 2, unseen, theirs);
    SoftmaxClassifier classifier = SoftmaxClassifier.train(features, labels, PLAN);
    assertEquals(1, classifier.accuracy(unseen, theirs));
  }

  @Test
  void the_same_examples_and_seed_give_the_same_answers_and_chance_labels_are_not_learnt() {
    List<float[]> features = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    points(200, 1, features, labels);
    SplittableRandom random = new SplittableRandom(9);
    List<Integer> chance = labels.stream().map(label -> random.nextInt(3)).toList();
    SoftmaxClassifier one = SoftmaxClassifier.train(features, chance, PLAN);
    SoftmaxClassifier two = SoftmaxClassifier.train(features, chance, PLAN);
    features.forEach(each -> assertEquals(one.label(each), two.label(each)));
    assertTrue(one.accuracy(features, chance) < 0.6);
  }

  @Test
  void what_cannot_be_learnt_from_is_refused_in_a_sentence() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> SoftmaxClassifier.train(List.of(new float[1]), List.of(), PLAN))
            .getMessage();
    assertTrue(message.contains("1 examples and 0 labels"), message);
  }
}
