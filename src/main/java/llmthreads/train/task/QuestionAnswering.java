package llmthreads.train.task;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** A question about one of up to four facts that stand before it, answered in a sentence. */
final class QuestionAnswering implements Task {
  private record Fact(String subject, String statement, String question) {}

  @Override
  public String name() {
    return "questions";
  }

  @Override
  public Example example(RandomGenerator random) {
    int count = 1 + random.nextInt(4);
    List<Fact> facts = new ArrayList<>();
    Set<String> subjects = new HashSet<>();
    while (facts.size() < count) {
      Fact fact = fact(random);
      if (subjects.add(fact.subject())) {
        facts.add(fact);
      }
    }
    StringBuilder prompt = new StringBuilder("answer:");
    facts.forEach(fact -> prompt.append(' ').append(fact.statement()));
    Fact asked = Task.pick(random, facts);
    prompt.append(' ').append(asked.question());
    return new Example(name(), prompt.toString(), asked.statement(), prompt.toString());
  }

  private static Fact fact(RandomGenerator random) {
    String name = Task.pick(random, Words.NAMES);
    String thing = Task.pick(random, Words.THINGS);
    return switch (random.nextInt(3)) {
      case 0 ->
          new Fact(
              thing,
              "The " + thing + " is " + Task.pick(random, Words.COLORS) + ".",
              "What color is the " + thing + "?");
      case 1 ->
          new Fact(
              name,
              name + " is in the " + Task.pick(random, Words.PLACES) + ".",
              "Where is " + name + "?");
      default -> new Fact(name, name + " has the " + thing + ".", "What does " + name + " have?");
    };
  }

  @Override
  public List<String> words() {
    List<String> words =
        new ArrayList<>(Words.of("answer The is in the has What color Where does have"));
    words.addAll(Words.NAMES);
    words.addAll(Words.THINGS);
    words.addAll(Words.COLORS);
    words.addAll(Words.PLACES);
    return words;
  }
}
