package llmthreads.train.task;

import java.util.List;

/** The word lists from which the tasks make their sentences. */
final class Words {
  static final List<String> NAMES =
      List.of(
          "Ana", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gina", "Hugo", "Iris", "Jack", "Kim", "Leo",
          "Mia", "Noah", "Olga", "Paul", "Rosa", "Sam", "Tom", "Uma", "Vera", "Will", "Yara",
          "Zoe");
  static final List<String> PLACES =
      List.of(
          "garden", "kitchen", "library", "park", "school", "station", "market", "museum", "forest",
          "harbor", "village", "castle", "tower", "valley", "bakery", "office");
  static final List<String> THINGS =
      List.of(
          "ball", "book", "bag", "cup", "hat", "key", "lamp", "map", "pen", "ring", "shoe", "clock",
          "coat", "box", "kite", "drum", "rope", "coin", "bell", "letter");
  static final List<String> COLORS =
      List.of(
          "red", "blue", "green", "yellow", "black", "white", "brown", "pink", "gray", "purple");
  static final List<String> DAYS =
      List.of("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");

  private Words() {}

  /** The words of sentences, without their punctuation. */
  static List<String> of(String sentences) {
    return List.of(sentences.strip().split("[\\s.,:?!]+"));
  }
}
