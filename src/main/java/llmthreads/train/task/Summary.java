package llmthreads.train.task;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** A note about an event, told in any order and with things beside the point, put into one line. */
final class Summary implements Task {
  private static final List<String> ASIDES =
      List.of(
          "It may rain.",
          "Please bring a pen.",
          "The bus is often late.",
          "There will be tea.",
          "Do not forget the key.",
          "It was a long week.");

  @Override
  public String name() {
    return "summary";
  }

  @Override
  public Example example(RandomGenerator random) {
    String host = Task.pick(random, Words.NAMES);
    String guest = Task.pick(random, Words.NAMES);
    while (guest.equals(host)) {
      guest = Task.pick(random, Words.NAMES);
    }
    String place = Task.pick(random, Words.PLACES);
    String day = Task.pick(random, Words.DAYS);
    int hour = 1 + random.nextInt(12);
    List<String> note = new ArrayList<>();
    if (random.nextBoolean()) {
      note.add("On " + day + " " + host + " will meet " + guest + " in the " + place + ".");
      note.add("They start at " + hour + ".");
    } else {
      note.add(host + " will meet " + guest + " at " + hour + ".");
      note.add("They meet in the " + place + " on " + day + ".");
    }
    note.add(random.nextInt(note.size() + 1), Task.pick(random, ASIDES));
    String prompt = "summarize: " + String.join(" ", note);
    String answer = day + " " + hour + ", " + place + ": " + host + " and " + guest;
    return new Example(name(), prompt, answer, prompt);
  }

  @Override
  public List<String> words() {
    List<String> words =
        new ArrayList<>(Words.of("summarize On will meet in the They start at meet on and"));
    ASIDES.forEach(aside -> words.addAll(Words.of(aside)));
    words.addAll(Words.NAMES);
    words.addAll(Words.PLACES);
    words.addAll(Words.DAYS);
    return words;
  }
}
