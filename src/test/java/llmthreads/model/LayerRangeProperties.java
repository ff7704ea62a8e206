package llmthreads.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The balanced cut is as good as the best of all cuts, found by trying each. */
class LayerRangeProperties {
  @Property
  void no_cut_has_a_cheaper_dearest_range(
      @ForAll @Size(min = 1, max = 9) List<@DoubleRange(min = 0, max = 10) Double> each,
      @ForAll @IntRange(min = 1, max = 9) int wanted) {
    double[] costs = each.stream().mapToDouble(Double::doubleValue).toArray();
    int parts = Math.min(wanted, costs.length);
    List<LayerRange> ranges = LayerRange.balanced(costs, parts);
    assertEquals(parts, ranges.size());
    int next = 0;
    double dearest = 0;
    for (LayerRange range : ranges) {
      assertEquals(next, range.from());
      next = range.to();
      dearest = Math.max(dearest, sum(costs, range.from(), range.to()));
    }
    assertEquals(costs.length, next);
    assertEquals(best(costs, 0, parts), dearest, 1e-9);
  }

  private static double best(double[] costs, int from, int parts) {
    if (parts == 1) {
      return sum(costs, from, costs.length);
    }
    double best = Double.POSITIVE_INFINITY;
    for (int to = from + 1; to <= costs.length - parts + 1; to++) {
      best = Math.min(best, Math.max(sum(costs, from, to), best(costs, to, parts - 1)));
    }
    return best;
  }

  private static double sum(double[] costs, int from, int to) {
    return Arrays.stream(costs, from, to).sum();
  }
}
