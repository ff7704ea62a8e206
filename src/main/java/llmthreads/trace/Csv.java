package llmthreads.trace;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Tables as comma-separated values: one row a line, a field in quotes where it holds a comma, a
 * quote or a line break (RFC 4180).
 */
public final class Csv {
  private Csv() {}

  /** One row, its line break included; null is an empty field. */
  public static String row(Object... fields) {
    return Arrays.stream(fields).map(Csv::field).collect(Collectors.joining(",", "", "\n"));
  }

  private static String field(Object value) {
    String text = value == null ? "" : value.toString();
    boolean quoted = text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return quoted ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }

  /**
   * The rows of a text; every line has one, and an empty field is an empty string.
   *
   * @throws IllegalArgumentException when a quote is never closed
   */
  public static List<List<String>> parse(String text) {
    List<List<String>> rows = new ArrayList<>();
    List<String> row = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted) {
        if (c != '"') {
          field.append(c);
        } else if (i + 1 < text.length() && text.charAt(i + 1) == '"') {
          field.append(c);
          i++;
        } else {
          quoted = false;
        }
        continue;
      }
      switch (c) {
        case '"' -> quoted = true;
        case ',' -> row.add(taken(field));
        case '\r' -> {}
        case '\n' -> {
          row.add(taken(field));
          rows.add(List.copyOf(row));
          row.clear();
        }
        default -> field.append(c);
      }
    }
    if (quoted) {
      throw new IllegalArgumentException(
          "Line %d of the CSV opens a quote that nothing closes".formatted(rows.size() + 1));
    }
    if (!row.isEmpty() || !field.isEmpty()) {
      row.add(taken(field));
      rows.add(List.copyOf(row));
    }
    return rows;
  }

  private static String taken(StringBuilder field) {
    String text = field.toString();
    field.setLength(0);
    return text;
  }
}
