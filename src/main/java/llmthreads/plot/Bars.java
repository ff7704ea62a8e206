package llmthreads.plot;

import java.util.List;
import java.util.Objects;
import java.util.stream.DoubleStream;
import llmthreads.measure.Interval;

/** One value for each category; intervals empty where there are none. */
record Bars(String name, List<String> categories, double[] values, List<Interval> intervals) {
  Bars {
    Objects.requireNonNull(name, "name of a series of bars");
    categories = List.copyOf(categories);
    double[] positions = new double[categories.size()];
    Series checked = new Series(name, Series.Kind.LINE, positions, values, intervals);
    values = checked.ys();
    intervals = checked.intervals();
  }

  /** Where the bar or its error bar ends, at least 0. */
  double top(int i) {
    return DoubleStream.of(0, values[i], hasInterval(i) ? high(i) : 0).max().orElseThrow();
  }

  /** Where the bar or its error bar ends below, at most 0. */
  double bottom(int i) {
    return DoubleStream.of(0, values[i], hasInterval(i) ? low(i) : 0).min().orElseThrow();
  }

  double low(int i) {
    return intervals.isEmpty() ? Double.NaN : intervals.get(i).low();
  }

  double high(int i) {
    return intervals.isEmpty() ? Double.NaN : intervals.get(i).high();
  }

  /** Whether there is an error bar; one without length is none. */
  boolean hasInterval(int i) {
    return high(i) > low(i);
  }
}
