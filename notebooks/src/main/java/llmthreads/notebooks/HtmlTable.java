package llmthreads.notebooks;

import java.util.Locale;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.columns.Column;
import tech.tablesaw.table.Relation;

/**
 * A table as HTML. It takes its colours from the page, so that it reads in light and dark, and its
 * styles stand in attributes, which JupyterLab keeps in notebooks that are not trusted.
 */
final class HtmlTable {
  private static final int DIGITS = 6;
  private static final String SOFT = "opacity:0.75";

  private HtmlTable() {}

  static String of(Relation table, int most) {
    StringBuilder html = new StringBuilder("<table style=\"border-collapse:collapse\">\n");
    if (table.name() != null && !table.name().isBlank()) {
      html.append("<caption style=\"text-align:left;font-weight:bold;padding:4px 0\">")
          .append(escaped(table.name()))
          .append("</caption>\n");
    }
    html.append("<thead><tr>");
    table.columns().forEach(column -> cell(html, "th", column, column.name()));
    html.append("</tr></thead>\n<tbody>\n");
    for (int row = 0; row < Math.min(most, table.rowCount()); row++) {
      html.append("<tr>");
      for (Column<?> column : table.columns()) {
        cell(html, "td", column, text(column, row));
      }
      html.append("</tr>\n");
    }
    html.append("</tbody>\n</table>");
    if (table.rowCount() > most) {
      html.append(
          String.format(
              Locale.ROOT,
              "%n<p style=\"%s\">The first %,d of %,d rows.</p>",
              SOFT,
              most,
              table.rowCount()));
    } else if (table.rowCount() == 0) {
      html.append("\n<p style=\"").append(SOFT).append("\">No rows.</p>");
    }
    return html.toString();
  }

  private static void cell(StringBuilder html, String tag, Column<?> column, String text) {
    html.append('<').append(tag).append(" style=\"text-align:");
    html.append(column instanceof NumericColumn<?> ? "right" : "left");
    html.append(";padding:3px 10px\">").append(escaped(text)).append("</").append(tag).append('>');
  }

  /** What the column would print, but digits that no reader wants rounded away. */
  private static String text(Column<?> column, int row) {
    if (column.isMissing(row)) {
      return "";
    }
    String text = column.getString(row);
    boolean fraction = column.get(row) instanceof Double || column.get(row) instanceof Float;
    return fraction && text.length() > DIGITS + 2 ? rounded(text) : text;
  }

  private static String rounded(String text) {
    try {
      double value = Double.parseDouble(text);
      double size = Math.abs(value);
      if (!Double.isFinite(value) || (size > 0 && (size < 1e-4 || size >= 1e15))) {
        return String.format(Locale.ROOT, "%." + (DIGITS - 1) + "g", value);
      }
      int before = size < 1 ? 0 : (int) Math.floor(Math.log10(size)) + 1;
      String fixed = String.format(Locale.ROOT, "%." + Math.max(0, DIGITS - before) + "f", value);
      return fixed.contains(".") ? fixed.replaceFirst("\\.?0+$", "") : fixed;
    } catch (NumberFormatException formatted) {
      return text;
    }
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
