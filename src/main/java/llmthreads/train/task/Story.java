package llmthreads.train.task;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rest of a small story. Many continuations are right: one is when its sentences follow the
 * grammar, its hero keeps the name, and what is given away or kept is what was found.
 */
final class Story implements Task {
  private static final List<String> ANIMALS =
      List.of(
          "fox", "cat", "dog", "bear", "owl", "frog", "mouse", "duck", "horse", "rabbit", "goat",
          "hen");
  private static final List<String> LOOKS =
      List.of("small", "big", "old", "young", "brave", "shy", "clever", "lazy");
  private static final List<String> FEELINGS =
      List.of("happy", "proud", "surprised", "glad", "curious");
  private static final Pattern OPENING =
      Pattern.compile("continue: Once there was an? \\w+ \\w+ named (\\w+)\\.");

  @Override
  public String name() {
    return "story";
  }

  @Override
  public boolean singleAnswer() {
    return false;
  }

  @Override
  public Example example(RandomGenerator random) {
    String hero = Task.pick(random, Words.NAMES);
    String look = Task.pick(random, LOOKS);
    String article = look.equals("old") ? "an" : "a";
    String prompt =
        "continue: Once there was %s %s %s named %s."
            .formatted(article, look, Task.pick(random, ANIMALS), hero);
    String thing = Task.pick(random, Words.THINGS);
    List<String> story = new ArrayList<>();
    story.add(hero + " lived in the " + Task.pick(random, Words.PLACES) + ".");
    story.add(
        "One day " + hero + " found a " + Task.pick(random, Words.COLORS) + " " + thing + ".");
    if (random.nextBoolean()) {
      story.add(hero + " was very " + Task.pick(random, FEELINGS) + ".");
    }
    String friend = Task.pick(random, Words.NAMES);
    story.add(
        random.nextBoolean() && !friend.equals(hero)
            ? hero + " gave the " + thing + " to " + friend + "."
            : hero + " kept the " + thing + ".");
    return new Example(name(), prompt, String.join(" ", story), prompt);
  }

  @Override
  public boolean accepts(Example example, String answer) {
    Matcher opening = OPENING.matcher(example.prompt());
    if (!opening.matches()) {
      throw new IllegalArgumentException("Not the opening of a story: " + example.prompt());
    }
    String hero = opening.group(1);
    Pattern rest =
        Pattern.compile(
            "%1$s lived in the %2$s\\. One day %1$s found a %3$s (?<thing>%4$s)\\.( %1$s was very %5$s\\.)?"
                    .formatted(
                        hero,
                        any(Words.PLACES),
                        any(Words.COLORS),
                        any(Words.THINGS),
                        any(FEELINGS))
                + " %s (kept the \\k<thing>|gave the \\k<thing> to (?!%s)%s)\\."
                    .formatted(hero, hero, any(Words.NAMES)));
    return rest.matcher(answer.strip()).matches();
  }

  private static String any(List<String> words) {
    return "(?:" + String.join("|", words) + ")";
  }

  @Override
  public List<String> words() {
    List<String> words =
        new ArrayList<>(
            Words.of(
                "continue Once there was a an named lived in the One day found was very gave to"
                    + " kept"));
    words.addAll(ANIMALS);
    words.addAll(LOOKS);
    words.addAll(FEELINGS);
    words.addAll(Words.NAMES);
    words.addAll(Words.PLACES);
    words.addAll(Words.COLORS);
    words.addAll(Words.THINGS);
    return words;
  }
}
