package llmthreads.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import llmthreads.trace.Span;
import llmthreads.trace.Trace;
import org.junit.jupiter.api.Test;

class TimelineFigureTest {
  private static final long MS = 1_000_000;

  private static Span span(String lane, String name, long startMs, long endMs) {
    return new Span(lane, name, 500 * MS + startMs * MS, 500 * MS + endMs * MS, 0);
  }

  private static TimelineFigure timeline() {
    return Figure.timeline(
        "Two workers",
        List.of(
            span("worker-10", "decode", 20, 40),
            span("worker-2", "prefill", 0, 10),
            span("worker-2", "wait", 10, 30),
            span("worker-2", "decode", 30, 40)));
  }

  @Test
  void isPaintedAsPngAndSvg() throws Exception {
    Pictures.assertSound(timeline());
  }

  @Test
  void spansStandWhereTheirTimesSay() {
    TimelineFigure figure = timeline();
    List<TimelinePainter.Bar> bars =
        new TimelinePainter(figure).bars(figure.spansByLane().get("worker-2"), 100, 400, 50, 40);
    assertEquals(List.of("prefill", "wait", "decode"), bars.stream().map(b -> b.name()).toList());
    assertPlace(100, 200, bars.get(0).box());
    assertPlace(200, 400, bars.get(1).box());
    assertPlace(400, 500, bars.get(2).box());
    assertTrue(bars.getFirst().box().y >= 50 && bars.getFirst().box().getMaxY() <= 90);
  }

  private static void assertPlace(double from, double to, Rectangle2D box) {
    assertEquals(from, box.getMinX(), 1e-9);
    assertEquals(to, box.getMaxX(), 1e-9);
  }

  @Test
  void aSpanInsideAnotherIsDrawnInsideIt() {
    TimelineFigure figure =
        Figure.timeline("Nested", List.of(span("w", "inner", 2, 4), span("w", "outer", 0, 10)));
    List<TimelinePainter.Bar> bars =
        new TimelinePainter(figure).bars(figure.spansByLane().get("w"), 0, 100, 0, 40);
    assertEquals("inner", bars.get(1).name());
    assertTrue(bars.get(0).box().contains(bars.get(1).box()));
    assertTrue(bars.get(0).box().height > bars.get(1).box().height);
  }

  @Test
  void timeBeginsAtTheFirstSpanAndLanesAreInTheOrderOfTheirNumbers() {
    TimelineFigure figure = timeline();
    assertEquals(List.of("worker-2", "worker-10"), figure.lanes());
    assertEquals(0, figure.table().doubleColumn("start (ms)").min());
    assertEquals(40, figure.table().doubleColumn("end (ms)").max());
  }

  @Test
  void waitingIsNotBusy() {
    assertTrue(
        timeline().summary().contains("busy: worker-2 50 %, worker-10 50 %"), timeline().summary());
  }

  @Test
  void thousandsOfShortSpansStayASmallPictureAndAllStandInTheTable() throws Exception {
    List<Span> many = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      many.add(new Span("worker", "decode", i * 1000L, i * 1000L + 990, 0));
    }
    TimelineFigure figure = Figure.timeline("Many", many);
    assertEquals(20_000, figure.table().rowCount());
    assertTrue(figure.svg().length < 100_000, "an SVG of " + figure.svg().length + " bytes");
  }

  @Test
  void aTraceThatWasOffIsRefusedByASentence() {
    Figure figure = Figure.timeline("Nothing", Trace.off());
    String message = assertThrows(IllegalStateException.class, figure::png).getMessage();
    assertTrue(message.contains("has no spans"), message);
  }

  @Test
  void ticksAreOneTwoOrFiveTimesAPowerOfTen() {
    assertEquals(20, TimelinePainter.niceStep(100, 8));
    assertEquals(0.5, TimelinePainter.niceStep(3, 7), 1e-12);
    assertEquals(1, TimelinePainter.niceStep(6, 6));
  }
}
