package llmthreads.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import llmthreads.measure.Interval;

/**
 * Numbers that are drawn alike.
 *
 * @param intervals where each y lies, drawn as an error bar; empty where there are none
 */
record Series(String name, Kind kind, double[] xs, double[] ys, List<Interval> intervals) {
  /** How a series is drawn. */
  enum Kind {
    /** Markers on a line: something measured. */
    LINE,
    /** Markers only. */
    POINTS,
    /** A dashed line: something computed. */
    CURVE
  }

  Series {
    if (name == null || name.isBlank()) {
      throw new IllegalArgumentException("A series needs a name, and this one is blank");
    }
    if (xs.length == 0) {
      throw new IllegalArgumentException("Series '%s' has no values".formatted(name));
    }
    require(name, xs.length, ys.length, "y");
    if (!intervals.isEmpty()) {
      require(name, xs.length, intervals.size(), "interval");
    }
    xs = xs.clone();
    ys = ys.clone();
    intervals = List.copyOf(intervals);
    finite(name, "x", xs);
    finite(name, "y", ys);
    finite(name, "interval's lower", lows(intervals));
    finite(name, "interval's upper", highs(intervals));
  }

  static double[] lows(List<Interval> intervals) {
    return intervals.stream().mapToDouble(Interval::low).toArray();
  }

  static double[] highs(List<Interval> intervals) {
    return intervals.stream().mapToDouble(Interval::high).toArray();
  }

  static Series curve(String name, DoubleUnaryOperator formula, double from, double to) {
    if (!(from < to)) {
      throw new IllegalArgumentException(
          "Curve '%s' would go from %s to %s; the second must be the greater"
              .formatted(name, from, to));
    }
    // XChart draws from point to point a wave that is level at both: close ones hide it.
    int steps = 300;
    double[] xs = new double[steps + 1];
    double[] ys = new double[steps + 1];
    for (int i = 0; i <= steps; i++) {
      xs[i] = from + (to - from) * i / steps;
      ys[i] = formula.applyAsDouble(xs[i]);
    }
    return new Series(name, Kind.CURVE, xs, ys, List.of());
  }

  static double[] doubles(Iterable<? extends Number> numbers) {
    return StreamSupport.stream(numbers.spliterator(), false)
        .mapToDouble(Number::doubleValue)
        .toArray();
  }

  static List<Series> append(List<Series> list, Series next) {
    if (list.stream().anyMatch(each -> each.name.equals(next.name))) {
      throw new IllegalArgumentException(
          "There is a series '%s' already; give the second another name".formatted(next.name));
    }
    List<Series> all = new ArrayList<>(list);
    all.add(next);
    return List.copyOf(all);
  }

  boolean isCurve() {
    return kind == Kind.CURVE;
  }

  boolean hasIntervals() {
    return !intervals.isEmpty();
  }

  /** The lower end of an interval, NaN where there is none. */
  double low(int i) {
    return hasIntervals() ? intervals.get(i).low() : Double.NaN;
  }

  /** The upper end of an interval, NaN where there is none. */
  double high(int i) {
    return hasIntervals() ? intervals.get(i).high() : Double.NaN;
  }

  /** The ends of all intervals, in words. */
  String ends() {
    return range(
        DoubleStream.concat(DoubleStream.of(lows(intervals)), DoubleStream.of(highs(intervals)))
            .toArray());
  }

  /** The least value, intervals included. */
  double lowest() {
    return DoubleStream.concat(DoubleStream.of(ys), DoubleStream.of(lows(intervals)))
        .min()
        .orElseThrow();
  }

  double least() {
    return DoubleStream.of(xs).min().orElse(0);
  }

  double greatest() {
    return DoubleStream.of(xs).max().orElse(0);
  }

  /**
   * About so many points that look the same: of every few neighbours the lowest and the highest.
   */
  Series thinned(int points) {
    if (xs.length <= points) {
      return this;
    }
    int group = Math.ceilDiv(2 * xs.length, points);
    List<Integer> kept = new ArrayList<>();
    for (int from = 0; from < xs.length; from += group) {
      int low = from;
      int high = from;
      for (int i = from; i < Math.min(from + group, xs.length); i++) {
        low = ys[i] < ys[low] ? i : low;
        high = ys[i] > ys[high] ? i : high;
      }
      kept.add(Math.min(low, high));
      if (low != high) {
        kept.add(Math.max(low, high));
      }
    }
    return only(kept.stream().mapToInt(Integer::intValue).toArray());
  }

  /** The points in the middle of every so many. */
  Series every(int step) {
    return only(IntStream.iterate(step / 2, i -> i < xs.length, i -> i + step).toArray());
  }

  /** The same with each x at another place. */
  Series at(DoubleUnaryOperator place) {
    return new Series(name, kind, DoubleStream.of(xs).map(place).toArray(), ys, intervals);
  }

  private Series only(int[] kept) {
    return new Series(
        name,
        kind,
        IntStream.of(kept).mapToDouble(i -> xs[i]).toArray(),
        IntStream.of(kept).mapToDouble(i -> ys[i]).toArray(),
        hasIntervals() ? IntStream.of(kept).mapToObj(intervals::get).toList() : intervals);
  }

  /** The range of some numbers, in words. */
  static String range(double[] numbers) {
    double least = DoubleStream.of(numbers).min().orElse(Double.NaN);
    double greatest = DoubleStream.of(numbers).max().orElse(Double.NaN);
    return least == greatest
        ? Figure.number(least)
        : Figure.number(least) + " … " + Figure.number(greatest);
  }

  private static void require(String name, int xs, int others, String what) {
    if (others != xs) {
      throw new IllegalArgumentException(
          "Series '%s' has %d x values but %d %s values".formatted(name, xs, others, what));
    }
  }

  static void finite(String name, String axis, double[] numbers) {
    for (double number : numbers) {
      if (!Double.isFinite(number)) {
        throw new IllegalArgumentException(
            "Series '%s' has the %s value %s, which cannot be drawn".formatted(name, axis, number));
      }
    }
  }
}
