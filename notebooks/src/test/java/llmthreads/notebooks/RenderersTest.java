package llmthreads.notebooks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import llmthreads.kernel.display.MimeBundle;
import llmthreads.kernel.display.Renderers;
import llmthreads.measure.Comparison;
import llmthreads.measure.Environment;
import llmthreads.measure.RunRecord;
import llmthreads.measure.Timing;
import llmthreads.plot.Figure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** What the kernel makes of values of the shared module when this module is on its class path. */
class RenderersTest {
  private final List<String> warnings = new ArrayList<>();
  private final Renderers renderers =
      new Renderers(RenderersTest.class.getClassLoader(), warnings::add);

  private MimeBundle render(Object value) {
    MimeBundle bundle = renderers.render(value);
    assertEquals(List.of(), warnings);
    return bundle;
  }

  private static String form(MimeBundle bundle, String mime) {
    assertTrue(bundle.data().containsKey(mime), "no " + mime + " in " + bundle.data().keySet());
    return bundle.data().get(mime).getAsString();
  }

  private static Figure figure() {
    return Figure.lines("Speed-up", "workers", "speed-up (×)")
        .series("measured", new double[] {1, 2}, new double[] {1, 1.9});
  }

  @Test
  void aTableIsShownAsEscapedHtmlWithNumbersOnTheRight() {
    Table table =
        Table.create(
            "a < b",
            StringColumn.create("<script>", "x & y", "\"q\""),
            DoubleColumn.create("ms", 0.1 + 0.2, 1234567.0));
    MimeBundle bundle = render(table);
    String html = form(bundle, MimeBundle.HTML);
    assertTrue(html.contains(">a &lt; b</caption>"), html);
    assertTrue(html.contains("&lt;script&gt;") && !html.contains("<script"), html);
    assertTrue(html.contains("x &amp; y") && html.contains("&quot;q&quot;"), html);
    assertTrue(html.contains("text-align:right;padding:3px 10px\">0.3</td>"), html);
    assertTrue(html.contains(">1234567</td>"), html);
    assertTrue(form(bundle, MimeBundle.TEXT).contains("x & y"));
    assertTrue(form(bundle, "text/csv").contains("0.30000000000000004"), "raw data is not rounded");
  }

  @Test
  void aMissingValueIsAnEmptyCell() {
    Table table = Table.create(DoubleColumn.create("x", Double.NaN));
    assertTrue(form(render(table), MimeBundle.HTML).contains("10px\"></td>"));
  }

  @Test
  void aLongTableIsCutAndSaysSo() {
    Table table = Table.create("t", IntColumn.create("n", IntStream.range(1000, 2234).toArray()));
    MimeBundle bundle = render(table);
    String html = form(bundle, MimeBundle.HTML);
    assertTrue(html.contains(">1049<") && !html.contains(">1050<"), "50 rows");
    assertTrue(html.contains("The first 50 of 1,234 rows."), html);
    assertEquals(1235, form(bundle, "text/csv").lines().count(), "all rows as CSV");
  }

  @Test
  void anEmptyTableIsShownToo() {
    String html = form(render(Table.create("e", IntColumn.create("n"))), MimeBundle.HTML);
    assertTrue(html.contains("No rows."), html);
  }

  @Test
  void aFigureIsShownAsPngAtItsSizeAndAsSvgWordsAndData() {
    MimeBundle bundle = render(figure());
    byte[] png = Base64.getDecoder().decode(form(bundle, MimeBundle.PNG));
    assertArrayEquals(new byte[] {(byte) 0x89, 'P', 'N', 'G'}, Arrays.copyOf(png, 4));
    assertEquals(800, bundle.metadata().get(MimeBundle.PNG).get("width").getAsInt());
    assertEquals(450, bundle.metadata().get(MimeBundle.PNG).get("height").getAsInt());
    assertTrue(form(bundle, MimeBundle.SVG).contains("<svg"));
    assertTrue(form(bundle, MimeBundle.TEXT).contains("speed-up (×) against workers"));
    assertEquals(
        List.of("series,workers,speed-up (×)", "measured,1.0,1.0", "measured,2.0,1.9"),
        form(bundle, "text/csv").lines().toList());
  }

  @Test
  void aChartOfXchartIsShownLikeAFigure() {
    XYChart chart = new XYChartBuilder().width(400).height(300).title("raw").build();
    chart.addSeries("s", new double[] {1, 2}, new double[] {3, 4});
    MimeBundle bundle = render(chart);
    assertFalse(form(bundle, MimeBundle.PNG).isEmpty());
    assertEquals(400, bundle.metadata().get(MimeBundle.PNG).get("width").getAsInt());
  }

  @Test
  void aRecordIsShownAsATableAndCarriesItsEnvironment() {
    Environment environment = Environment.read();
    MimeBundle bundle = render(RunRecord.of("run", Map.of("workers", 2), environment, List.of()));
    assertTrue(form(bundle, MimeBundle.HTML).contains(">workers</td>"));
    assertEquals(
        render(environment).data().get(EnvironmentRenderer.JSON),
        bundle.data().get("application/vnd.llm-threads.environment+json"));
  }

  @Test
  void aComparisonIsShownWithItsSpeedUps() {
    Comparison comparison =
        new Comparison(
            List.of(
                new Timing("serial", List.of(4_000_000L, 4_000_000L)),
                new Timing("2 workers", List.of(2_000_000L, 2_000_000L))));
    assertTrue(
        form(render(comparison), "text/csv").contains("2 workers,2,2.0,2.0,2.0,2.0,2.0,2.0,"),
        form(render(comparison), "text/csv"));
  }

  @Test
  void aFigureThatIsShownIsSavedWhereTheEnvironmentSaysSo(@TempDir Path folder) {
    new FigureRenderer(folder).render(figure());
    for (String kind : List.of("png", "svg", "csv")) {
      assertTrue(Files.exists(folder.resolve("speed-up." + kind)), kind);
    }
  }
}
