package llmthreads.train.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class TaskTest {
  @Provide
  Arbitrary<Task> tasks() {
    return Arbitraries.of(Task.all());
  }

  @Property(tries = 600)
  void a_task_accepts_its_own_answer_and_no_other_tasks(
      @ForAll("tasks") Task task, @ForAll long seed) {
    Example example = task.example(new SplittableRandom(seed));
    assertTrue(task.accepts(example, example.answer()), example.toString());
    for (Task other : Task.all()) {
      if (!other.name().equals(task.name())) {
        String answer = other.example(new SplittableRandom(seed)).answer();
        assertFalse(task.accepts(example, answer) && !answer.equals(example.answer()));
      }
    }
  }

  @Property(tries = 300)
  void a_task_rejects_an_answer_with_one_character_changed(
      @ForAll("tasks") Task task, @ForAll long seed, @ForAll @IntRange(max = 1000) int at) {
    Example example = task.example(new SplittableRandom(seed));
    StringBuilder changed = new StringBuilder(example.answer());
    changed.setCharAt(at % changed.length(), '#');
    assertFalse(task.accepts(example, changed.toString()));
  }

  @Property(tries = 60)
  void training_and_held_out_examples_share_no_prompt(
      @ForAll("tasks") Task task, @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Set<String> trained = new HashSet<>();
    Set<String> held = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      Example example = task.example(random);
      (example.heldOut() ? held : trained).add(example.prompt());
    }
    held.retainAll(trained);
    assertEquals(Set.of(), held);
  }

  @Property(tries = 20)
  void about_one_example_in_twenty_is_held_out(@ForAll("tasks") Task task, @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int held = 0;
    for (int i = 0; i < 4000; i++) {
      held += task.example(random).heldOut() ? 1 : 0;
    }
    assertTrue(held > 40 && held < 500, task.name() + ": " + held + " of 4000");
  }

  @Property(tries = 300)
  void a_sum_and_the_same_sum_turned_round_stand_on_one_side(@ForAll long seed) {
    Example example = new Arithmetic().example(new SplittableRandom(seed));
    String[] parts = example.prompt().replace("compute: ", "").split("[+-]");
    int high = Math.max(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    int low = Math.min(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    String sign = example.prompt().contains("+") ? "+" : "-";
    assertEquals(high + sign + low, example.key());
    assertEquals(sign.equals("+") ? high + low : high - low, Integer.parseInt(example.answer()));
  }

  @Property(tries = 300)
  void each_question_is_answered_by_a_fact_of_its_prompt(@ForAll long seed) {
    Example example = new QuestionAnswering().example(new SplittableRandom(seed));
    String[] facts = example.answer().split("(?<=\\.) ");
    assertEquals(example.prompt().chars().filter(c -> c == '?').count(), facts.length);
    for (String fact : facts) {
      assertTrue(example.prompt().contains(" " + fact + " "), example.toString());
    }
  }

  @Property(tries = 200)
  void a_story_that_gives_away_another_thing_than_was_found_is_rejected(@ForAll long seed) {
    Story story = new Story();
    Example example = story.example(new SplittableRandom(seed));
    String found = example.answer().replaceAll("(?s).* found a \\w+ (\\w+)\\..*", "$1");
    String other = found.equals("ball") ? "kite" : "ball";
    int last = example.answer().lastIndexOf(found);
    String wrong =
        example.answer().substring(0, last)
            + other
            + example.answer().substring(last + found.length());
    assertFalse(story.accepts(example, wrong), wrong);
  }

  @Property(tries = 1000)
  void chinese_numerals_say_their_number(@ForAll @IntRange(max = 9999) int number) {
    assertEquals(number, chineseValue(Numerals.chinese(number)));
  }

  @Property(tries = 1000)
  void english_numerals_say_their_number(@ForAll @IntRange(max = 9999) int number) {
    assertEquals(number, englishValue(Numerals.english(number)));
  }

  @Property(tries = 1)
  void numerals_are_written_as_people_write_them() {
    assertEquals("forty-seven", Numerals.english(47));
    assertEquals("nine thousand thirteen", Numerals.english(9013));
    assertEquals("十二", Numerals.chinese(12));
    assertEquals("一百一十", Numerals.chinese(110));
    assertEquals("四千零五", Numerals.chinese(4005));
    assertEquals("四千零五十", Numerals.chinese(4050));
  }

  private static int chineseValue(String text) {
    int value = 0;
    int digit = text.startsWith("十") ? 1 : 0;
    for (char c : text.toCharArray()) {
      int place = "十百千".indexOf(c);
      if (place >= 0) {
        value += digit * (int) Math.pow(10, place + 1);
        digit = 0;
      } else {
        digit = Numerals.CHINESE_DIGITS.indexOf(c);
      }
    }
    return value + digit;
  }

  private static int englishValue(String text) {
    int value = 0;
    int part = 0;
    for (String word : text.split("[ -]")) {
      List<String> tens = Numerals.TENS;
      switch (word) {
        case "thousand" -> {
          value += part * 1000;
          part = 0;
        }
        case "hundred" -> part *= 100;
        default ->
            part +=
                tens.contains(word) ? 10 * (tens.indexOf(word) + 2) : Numerals.UNITS.indexOf(word);
      }
    }
    return value + part;
  }
}
