package llmthreads.train.task;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Numbers and dates between digits, English and Chinese, in all six directions. */
final class Translation implements Task {
  private static final List<String> MONTHS =
      List.of(
          "January",
          "February",
          "March",
          "April",
          "May",
          "June",
          "July",
          "August",
          "September",
          "October",
          "November",
          "December");
  private static final int[] DAYS = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

  private enum Language {
    DIGITS("digits"),
    ENGLISH("English"),
    CHINESE("Chinese");

    private final String word;

    Language(String word) {
      this.word = word;
    }
  }

  @Override
  public String name() {
    return "translation";
  }

  @Override
  public Example example(RandomGenerator random) {
    Language from = Language.values()[random.nextInt(3)];
    Language to = Language.values()[(from.ordinal() + 1 + random.nextInt(2)) % 3];
    String instruction = "translate to " + to.word + ": ";
    if (random.nextInt(3) == 0) {
      int month = random.nextInt(12);
      int day = 1 + random.nextInt(DAYS[month]);
      String key = "date " + (month + 1) + "/" + day;
      return new Example(name(), instruction + date(month, day, from), date(month, day, to), key);
    }
    int digits = 1 + random.nextInt(4);
    int number = random.nextInt((int) Math.pow(10, digits));
    return new Example(
        name(), instruction + number(number, from), number(number, to), "number " + number);
  }

  private static String number(int number, Language language) {
    return switch (language) {
      case DIGITS -> Integer.toString(number);
      case ENGLISH -> Numerals.english(number);
      case CHINESE -> Numerals.chinese(number);
    };
  }

  private static String date(int month, int day, Language language) {
    return switch (language) {
      case DIGITS -> (month + 1) + "/" + day;
      case ENGLISH -> MONTHS.get(month) + " " + day;
      case CHINESE -> Numerals.chinese(month + 1) + "月" + Numerals.chinese(day) + "日";
    };
  }

  @Override
  public List<String> words() {
    List<String> words = new ArrayList<>(List.of("translate", "to", "hundred", "thousand"));
    for (Language language : Language.values()) {
      words.add(language.word);
    }
    words.addAll(Numerals.UNITS);
    words.addAll(Numerals.TENS);
    words.addAll(MONTHS);
    return words;
  }
}
