package llmthreads.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import llmthreads.measure.Amdahl;
import llmthreads.measure.Comparison;
import llmthreads.measure.Environment;
import llmthreads.measure.Roofline;
import llmthreads.measure.RunRecord;
import llmthreads.measure.ScalingLaw;
import llmthreads.measure.Timing;
import llmthreads.measure.UniversalScalability;
import llmthreads.trace.Span;
import llmthreads.trace.Trace;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.Table;

class TablesTest {
  private static final Comparison COMPARISON =
      new Comparison(
          List.of(timing("1 worker", 8), timing("2 workers", 5), timing("4 workers", 3.5)));

  @Test
  void a_comparison_is_a_row_for_each_candidate() {
    Table table = Tables.of(COMPARISON);
    assertEquals(
        List.of("1 worker", "2 workers", "4 workers"), table.stringColumn("what").asList());
    assertEquals(1.0, table.doubleColumn("speed-up (×)").get(0));
    assertEquals(COMPARISON.speedUp("2 workers"), table.doubleColumn("speed-up (×)").get(1));
    assertEquals(12, table.intColumn("samples").get(2));
    assertEquals(36, Tables.samples(COMPARISON.timings()).rowCount());
  }

  @Test
  void the_heading_of_an_interval_is_as_sure_as_it_is() {
    assertEquals("96 % from (ms)", Tables.of(COMPARISON.timings()).column(3).name());
    List<Timing> few = List.of(new Timing("few", List.of(1L, 2L, 3L)), timing("many", 8));
    assertEquals("75 % from (ms)", Tables.of(few).column(3).name());
    assertEquals(
        "93 % from (ms)",
        Tables.of(List.of(new Timing("five", List.of(1L, 2L, 3L, 4L, 5L)))).column(3).name());
  }

  @Test
  void two_runs_stand_side_by_side_with_their_ratio() {
    Environment environment = Environment.read();
    RunRecord first = RunRecord.of("run", Map.of("workers", 1), environment, List.of());
    Table table = Tables.compare(first.withResult("x", 2), first.withResult("x", 3));
    assertEquals(List.of("x"), table.stringColumn("what").asList());
    assertEquals(1.5, table.doubleColumn("(2) / (1)").get(0));
    assertEquals(
        List.of("workers", "x"),
        Tables.of(first.withResult("x", 2)).stringColumn("what").asList().subList(0, 2));
    assertEquals(environment.rows().size(), Tables.of(environment).rowCount());
  }

  @Test
  void a_trace_is_told_by_span_and_by_lane() {
    Trace trace =
        Trace.of(
            List.of(
                new Span("a", "decode", 0, 3_000_000, 5),
                new Span("a", "wait", 3_000_000, 4_000_000, 0),
                new Span("b", "decode", 0, 4_000_000, 7)));
    Table totals = Tables.totals(trace);
    assertEquals(List.of("decode", "wait"), totals.stringColumn("span").asList());
    assertEquals(7.0, totals.doubleColumn("total (ms)").get(0));
    assertEquals(87.5, totals.doubleColumn("share (%)").get(0));
    assertEquals(12, totals.longColumn("bytes").get(0));
    Table lanes = Tables.lanes(trace, "wait");
    assertEquals(List.of(75.0, 100.0), lanes.doubleColumn("busy (%)").asList());
    assertEquals(List.of(1.0, 0.0), lanes.doubleColumn("idle (ms)").asList());
  }

  @Test
  void a_speed_up_is_drawn_with_the_ideal_and_amdahl_s_law() {
    Table table = Figures.speedUp("Speed-up", new double[] {1, 2, 4}, COMPARISON).table();
    List<String> series = table.stringColumn("series").unique().asList();
    assertEquals(3, series.size());
    assertTrue(series.get(2).startsWith("Amdahl, P = 0.7"), series.toString());
    assertEquals(1.6, table.doubleColumn("speed-up (×)").get(1), 0.05);
    assertThrows(
        IllegalArgumentException.class, () -> Figures.speedUp("x", new double[] {1}, COMPARISON));
    Comparison alone = new Comparison(COMPARISON.timings().subList(0, 1));
    assertEquals(1, Figures.speedUp("x", new double[] {1}, alone).table().rowCount());
  }

  @Test
  void laws_stand_beside_the_runs_that_they_were_fitted_to() {
    double[] workers = {1, 2, 4};
    double[] speedUps = {1, 1.8, 2.4};
    List<ScalingLaw.Fit<?>> fits =
        List.of(Amdahl.fit(workers, speedUps), UniversalScalability.fit(workers, speedUps));
    Table table = Tables.residuals(fits);
    assertEquals(List.of(1.0, 1.8, 2.4), table.doubleColumn("measured (×)").asList());
    assertEquals(6, table.columnCount());
    double residual = table.doubleColumn(fits.getFirst().law().label() + ": residual (%)").get(1);
    assertEquals(100 * fits.getFirst().residuals()[1], residual, 1e-12);
    Table drawn = Figures.residuals("Residuals", fits).table();
    assertEquals(3, drawn.stringColumn("series").unique().size());
    List<ScalingLaw.Fit<?>> others =
        List.of(fits.getFirst(), Amdahl.fit(new double[] {2}, new double[] {2}));
    assertThrows(IllegalArgumentException.class, () -> Tables.residuals(others));
    assertThrows(IllegalArgumentException.class, () -> Tables.residuals(List.of()));
  }

  @Test
  void a_roof_rises_with_the_intensity_up_to_its_ridge() throws Exception {
    List<Roofline> roofs = List.of(new Roofline(1, 200e9, 20e9), new Roofline(2, 390e9, 26e9));
    XyFigure figure = Figures.roofline("Roofline", roofs, 0.1, 1000);
    Table roof =
        figure
            .table()
            .where(figure.table().stringColumn("series").isEqualTo(roofs.getFirst().label()));
    double[] speeds = roof.doubleColumn("speed (GFLOP/s)").asDoubleArray();
    assertEquals(2, speeds[0], 1e-9, "0.1 FLOP/byte times 20 GB/s");
    assertEquals(200, speeds[speeds.length - 1], 1e-9);
    Pictures.assertSound(figure.points("measured", new double[] {0.5}, new double[] {9}));
  }

  @Test
  void samples_and_losses_are_drawn_as_they_are() {
    assertEquals(36, Figures.timings("Timings", COMPARISON).table().rowCount());
    double[] losses = {5, 3, 2};
    Table table = Figures.loss("Loss", new double[] {0, 10, 20}, losses).table();
    assertEquals(
        Arrays.stream(losses).boxed().toList(), table.doubleColumn("loss (nats/token)").asList());
  }

  private static Timing timing(String name, double ms) {
    return new Timing(
        name,
        LongStream.range(0, 12)
            .map(i -> Math.round(1e6 * ms * (1 + ((i * 5) % 12 - 6) / 200.0)))
            .boxed()
            .toList());
  }
}
