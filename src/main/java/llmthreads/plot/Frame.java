package llmthreads.plot;

import java.util.List;
import java.util.Locale;

/** What stands around a picture's data: its name, title and axes. */
record Frame(String name, String title, String xLabel, String yLabel, boolean logX, boolean logY) {
  Frame {
    require(title, "title");
    require(xLabel, "x axis label");
    require(yLabel, "y axis label");
    if (!name.matches("[\\p{L}\\p{N}_][\\p{L}\\p{N}_.-]*")) {
      throw new IllegalArgumentException(
          "'%s' cannot name a figure's files: use letters, digits, '-', '_' and '.', such as '%s'"
              .formatted(name, slug(title)));
    }
  }

  static Frame of(String title, String xLabel, String yLabel) {
    return new Frame(title == null ? "figure" : slug(title), title, xLabel, yLabel, false, false);
  }

  Frame named(String other) {
    return new Frame(other, title, xLabel, yLabel, logX, logY);
  }

  Frame withLogX() {
    return new Frame(name, title, xLabel, yLabel, true, logY);
  }

  Frame withLogY() {
    return new Frame(name, title, xLabel, yLabel, logX, true);
  }

  /** Column names of the raw data; two axes may bear the same label, two columns may not. */
  String xColumn() {
    return reserved(xLabel) ? xLabel + " (x)" : xLabel;
  }

  String yColumn() {
    return reserved(yLabel) || yLabel.equalsIgnoreCase(xLabel) ? yLabel + " (y)" : yLabel;
  }

  private static boolean reserved(String label) {
    return List.of("series", "low", "high").contains(label.toLowerCase(Locale.ROOT));
  }

  private static void require(String text, String what) {
    if (text == null || text.isBlank()) {
      throw new IllegalArgumentException("A figure needs a " + what + ", and this one is blank");
    }
  }

  private static String slug(String title) {
    String words =
        title
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^\\p{L}\\p{N}]+", "-")
            .replaceAll("(^-+)|(-+$)", "");
    String cut = words.length() > 60 ? words.substring(0, 60).replaceAll("-+$", "") : words;
    return cut.isEmpty() ? "figure" : cut;
  }
}
