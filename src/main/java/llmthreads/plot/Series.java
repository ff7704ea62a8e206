package llmthreads.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/**
 * Numbers that are drawn alike.
 *
 * @param errors half the height of each error bar, in units of y; empty where there are none
 */
record Series(String name, Kind kind, double[] xs, double[] ys, double[] errors) {
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
    if (errors.length > 0) {
      require(name, xs.length, errors.length, "error");
    }
    xs = xs.clone();
    ys = ys.clone();
    errors = errors.clone();
    finite(name, "x", xs);
    finite(name, "y", ys);
    for (double error : errors) {
      if (!(error >= 0) || Double.isInfinite(error)) {
        throw new IllegalArgumentException(
            "Series '%s' has an error of %s; errors are finite and not negative"
                .formatted(name, error));
      }
    }
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
    return new Series(name, Kind.CURVE, xs, ys, new double[0]);
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

  boolean hasErrors() {
    return errors.length > 0;
  }

  double error(int i) {
    return hasErrors() ? errors[i] : Double.NaN;
  }

  /** The least value, error bars included. */
  double lowest() {
    double lowest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < ys.length; i++) {
      lowest = Math.min(lowest, ys[i] - (hasErrors() ? errors[i] : 0));
    }
    return lowest;
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
    return new Series(name, kind, DoubleStream.of(xs).map(place).toArray(), ys, errors);
  }

  private Series only(int[] kept) {
    return new Series(
        name,
        kind,
        IntStream.of(kept).mapToDouble(i -> xs[i]).toArray(),
        IntStream.of(kept).mapToDouble(i -> ys[i]).toArray(),
        hasErrors() ? IntStream.of(kept).mapToDouble(i -> errors[i]).toArray() : errors);
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
