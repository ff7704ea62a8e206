package llmthreads.train.task;

import java.util.List;

/** Whole numbers from 0 to 9,999 in English and Chinese words. */
final class Numerals {
  static final List<String> UNITS =
      List.of(
          "zero",
          "one",
          "two",
          "three",
          "four",
          "five",
          "six",
          "seven",
          "eight",
          "nine",
          "ten",
          "eleven",
          "twelve",
          "thirteen",
          "fourteen",
          "fifteen",
          "sixteen",
          "seventeen",
          "eighteen",
          "nineteen");
  static final List<String> TENS =
      List.of("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety");
  static final String CHINESE_DIGITS = "零一二三四五六七八九";
  private static final String[] CHINESE_PLACES = {"", "十", "百", "千"};

  private Numerals() {}

  /** As in "four thousand three hundred five" and "forty-seven". */
  static String english(int number) {
    if (number < 20) {
      return UNITS.get(number);
    }
    if (number < 100) {
      String tens = TENS.get(number / 10 - 2);
      return number % 10 == 0 ? tens : tens + "-" + UNITS.get(number % 10);
    }
    int unit = number < 1000 ? 100 : 1000;
    String head = english(number / unit) + (unit == 100 ? " hundred" : " thousand");
    return number % unit == 0 ? head : head + " " + english(number % unit);
  }

  /** As in 四千零五 and 十二: one 零 for any run of empty places inside, none at the end. */
  static String chinese(int number) {
    if (number == 0) {
      return "零";
    }
    StringBuilder text = new StringBuilder();
    String digits = Integer.toString(number);
    boolean gap = false;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(i) - '0';
      if (digit == 0) {
        gap = true;
        continue;
      }
      if (gap) {
        text.append('零');
        gap = false;
      }
      boolean bareTen = digit == 1 && digits.length() == 2 && i == 0;
      text.append(bareTen ? "" : CHINESE_DIGITS.substring(digit, digit + 1));
      text.append(CHINESE_PLACES[digits.length() - 1 - i]);
    }
    return text.toString();
  }
}
