package llmthreads.train.task;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Questions about some of up to four facts that stand before them, each answered in a sentence. The
 * facts of a prompt are of different kinds, so that what is asked for, a place or a color, tells
 * which fact is meant: facts of one kind, told apart by their subjects only, a model of this size
 * still mixed up after 60,000 examples.
 */
final class QuestionAnswering implements Task {
  private static final List<String> HABITS =
      List.of(
          "sings", "runs", "reads", "cooks", "swims", "paints", "dances", "writes", "sleeps",
          "draws", "skates", "climbs", "fishes", "knits", "travels", "teaches");
  private static final List<String> FOODS =
      List.of(
          "tea", "rice", "bread", "soup", "milk", "honey", "cheese", "cake", "fruit", "pasta",
          "corn", "nuts", "salad", "beans", "jam", "butter");

  private record Fact(String statement, String question) {}

  private enum Kind {
    HABIT,
    TASTE,
    PLACE,
    POSSESSION,
    COLOR;

    Fact fact(RandomGenerator random, String name, String thing) {
      return switch (this) {
        case HABIT -> fact(name, name + " " + Task.pick(random, HABITS), "What does %s do?");
        case TASTE -> fact(name, name + " likes " + Task.pick(random, FOODS), "What does %s like?");
        case PLACE ->
            fact(name, name + " is in the " + Task.pick(random, Words.PLACES), "Where is %s?");
        case POSSESSION -> fact(name, name + " has the " + thing, "What does %s have?");
        case COLOR ->
            fact(
                thing,
                "The " + thing + " is " + Task.pick(random, Words.COLORS),
                "What color is the %s?");
      };
    }

    private static Fact fact(String subject, String statement, String question) {
      return new Fact(statement + ".", question.formatted(subject));
    }
  }

  @Override
  public String name() {
    return "questions";
  }

  @Override
  public Example example(RandomGenerator random) {
    List<Kind> kinds = Task.shuffled(random, List.of(Kind.values()));
    List<String> names = Task.shuffled(random, Words.NAMES);
    List<String> things = Task.shuffled(random, Words.THINGS);
    int count = 1 + random.nextInt(4);
    List<Fact> facts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      facts.add(kinds.get(i).fact(random, names.get(i), things.get(i)));
    }
    List<Fact> asked =
        Task.shuffled(random, facts).subList(0, 1 + random.nextInt(Math.min(count, 2)));
    String prompt =
        "answer: %s %s"
            .formatted(sentences(facts, Fact::statement), sentences(asked, Fact::question));
    return new Example(name(), prompt, sentences(asked, Fact::statement), prompt);
  }

  private static String sentences(List<Fact> facts, Function<Fact, String> sentence) {
    return facts.stream().map(sentence).collect(Collectors.joining(" "));
  }

  @Override
  public List<String> words() {
    List<String> words =
        new ArrayList<>(
            Words.of("answer The is in the has likes What Where color does do have like"));
    words.addAll(Words.NAMES);
    words.addAll(Words.THINGS);
    words.addAll(Words.COLORS);
    words.addAll(HABITS);
    words.addAll(FOODS);
    words.addAll(Words.PLACES);
    return words;
  }
}
