package llmthreads.train.task;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Whether a short review is positive or negative. A negation turns a judgement round; after "but"
 * the last one counts.
 */
final class Sentiment implements Task {
  private static final List<String> GOOD =
      List.of(
          "good",
          "great",
          "lovely",
          "warm",
          "friendly",
          "clean",
          "fresh",
          "tasty",
          "funny",
          "bright",
          "kind",
          "quick",
          "quiet",
          "charming",
          "perfect",
          "pleasant");
  private static final List<String> BAD =
      List.of(
          "bad",
          "awful",
          "cold",
          "rude",
          "dirty",
          "stale",
          "boring",
          "slow",
          "noisy",
          "broken",
          "dull",
          "ugly",
          "late",
          "sad",
          "poor",
          "terrible");
  private static final List<String> SUBJECTS =
      List.of(
          "food", "soup", "waiter", "room", "bed", "staff", "film", "story", "music", "actor",
          "service", "view", "price", "bus", "tea", "show");
  private static final List<String> DEGREES = List.of("very ", "really ", "quite ", "", "", "");
  private static final List<String> OPENINGS =
      List.of("", "", "We came on DAY. ", "I was there with NAME. ", "NAME told me about it. ");

  @Override
  public String name() {
    return "sentiment";
  }

  @Override
  public Example example(RandomGenerator random) {
    boolean positive = random.nextBoolean();
    StringBuilder review = new StringBuilder();
    review.append(
        Task.pick(random, OPENINGS)
            .replace("DAY", Task.pick(random, Words.DAYS))
            .replace("NAME", Task.pick(random, Words.NAMES)));
    switch (random.nextInt(3)) {
      case 0 -> review.append("The ");
      case 1 -> review.append("The ").append(judgement(random, positive)).append(" and the ");
      default -> review.append("The ").append(judgement(random, !positive)).append(", but the ");
    }
    review.append(judgement(random, positive));
    String prompt = "sentiment: " + review + ".";
    return new Example(name(), prompt, positive ? "positive" : "negative", prompt);
  }

  private static String judgement(RandomGenerator random, boolean positive) {
    boolean negated = random.nextInt(4) == 0;
    String adjective = Task.pick(random, positive != negated ? GOOD : BAD);
    String degree = negated ? "" : Task.pick(random, DEGREES);
    return Task.pick(random, SUBJECTS) + " was " + (negated ? "not " : degree) + adjective;
  }

  @Override
  public List<String> words() {
    List<String> words = new ArrayList<>(GOOD);
    words.addAll(BAD);
    words.addAll(SUBJECTS);
    words.addAll(Words.DAYS);
    words.addAll(Words.NAMES);
    words.addAll(
        Words.of(
            "sentiment positive negative The the was not and but very really quite"
                + " We came on I was there with told me about it"));
    return words;
  }
}
