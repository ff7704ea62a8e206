package llmthreads.plot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.Table;

class HeatFigureTest {
  private static HeatFigure attention() {
    return Figure.heat(
            "Attention", "token looked at", "head", "weight", List.of("the", "cat", "the"))
        .row("1", 0, 0.25, 0.75)
        .row("2", 1, 0, 0);
  }

  @Test
  void it_is_painted_as_png_and_svg() throws Exception {
    Pictures.assertSound(attention());
    HeatFigure large = Figure.heat("Large", "x", "y", "z", Collections.nCopies(40, "a long word"));
    for (int row = 0; row < 32; row++) {
      large = large.row("row " + row, new double[40]);
    }
    Pictures.assertSound(large.row("last", new double[40]).darkestAt(2));
  }

  @Test
  void a_greater_value_has_a_darker_cell_and_the_scale_shows_both_ends() {
    String svg = new String(attention().svg(), StandardCharsets.UTF_8);
    assertTrue(svg.contains(fill(Style.shade(0.25))), "no cell of a quarter");
    assertTrue(svg.contains(fill(Style.shade(1))), "no cell of one");
    assertEquals(0, attention().lightest());
    assertEquals(1, attention().darkest());
    assertEquals(-3, attention().row("3", -3, 0, 0).lightest());
    assertEquals(4, attention().darkestAt(4).darkest());
    int before = 256 * 3;
    for (double share = 0; share <= 1; share += 0.1) {
      Color color = Style.shade(share);
      int light = color.getRed() + color.getGreen() + color.getBlue();
      assertTrue(light < before, "not darker at " + share);
      before = light;
    }
  }

  private static String fill(Color color) {
    return "fill:rgb(%d,%d,%d)".formatted(color.getRed(), color.getGreen(), color.getBlue());
  }

  @Test
  void its_table_has_every_cell_with_its_place_since_words_may_repeat() {
    Table table = attention().table();
    assertEquals(
        List.of("row number", "head", "column number", "token looked at", "weight"),
        table.columnNames());
    assertEquals(6, table.rowCount());
    assertArrayEquals(
        new double[] {0, 0.25, 0.75, 1, 0, 0}, table.doubleColumn("weight").asDoubleArray());
    assertEquals(3, table.intColumn("column number").get(2));
  }

  @Test
  void its_summary_names_the_axes_and_where_each_row_is_greatest() {
    assertEquals(
        """
        Figure 'Attention': weight for each head (2) and token looked at (3)
          1: 0 … 0.75, the greatest at the
          2: 0 … 1, the greatest at the\
        """,
        attention().summary());
  }

  @Test
  void bad_input_is_refused_by_a_sentence() {
    assertRefused("Row '3' has 2 values", () -> attention().row("3", 1, 2));
    assertRefused("Row '3' has the value NaN", () -> attention().row("3", 1, 2, Double.NaN));
    assertRefused("has no column", () -> Figure.heat("t", "x", "y", "z", List.of()));
    assertRefused("like an axis", () -> Figure.heat("t", "x", "y", "y", List.of("a")));
    HeatFigure empty = Figure.heat("t", "x", "y", "z", List.of("a"));
    String message = assertThrows(IllegalStateException.class, empty::png).getMessage();
    assertTrue(message.contains("has no rows"), message);
  }

  private static void assertRefused(String expected, Runnable attempt) {
    String message = assertThrows(IllegalArgumentException.class, attempt::run).getMessage();
    assertTrue(message.contains(expected), message);
  }
}
