package llmthreads.peers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import llmthreads.device.Device;
import llmthreads.measure.Progress;
import llmthreads.measure.Roofline;
import llmthreads.measure.StepWork;
import llmthreads.model.LinearKernel;
import llmthreads.model.Precision;

/**
 * What all cores of this machine together read and compute at most, measured by this engine's
 * kernels at each precision: nothing that anybody measured here was faster.
 *
 * @param bytesPerSecond the bandwidth of memory, the best of all precisions
 * @param flopsPerSecond the peak of each precision
 */
record PeerLimits(double bytesPerSecond, Map<Precision, Double> flopsPerSecond) {
  private static final Duration EACH = Duration.ofMillis(300);

  /** Measures them. */
  static PeerLimits measure(int rounds) {
    int cores = Math.max(1, (int) Device.cpu().cores());
    Map<Precision, Double> peaks = new EnumMap<>(Precision.class);
    double bandwidth = 0;
    for (Precision precision : Precision.values()) {
      if (LinearKernel.has(precision)) {
        Roofline all =
            Roofline.measure(cores, precision, EACH, rounds, Progress.silent()).getLast();
        peaks.put(precision, all.flopsPerSecond());
        bandwidth = Math.max(bandwidth, all.bytesPerSecond());
      }
    }
    return new PeerLimits(bandwidth, peaks);
  }

  /**
   * The least time of a step, in ms. Of a form in which this engine does not compute, the peak is
   * the highest of all.
   */
  double leastMs(Form form, StepWork step) {
    double peak =
        flopsPerSecond.entrySet().stream()
            .filter(each -> Form.of(each.getKey()) == form)
            .mapToDouble(Map.Entry::getValue)
            .findFirst()
            .orElseGet(
                () -> flopsPerSecond.values().stream().mapToDouble(f -> f).max().orElseThrow());
    return new Roofline(1, peak, bytesPerSecond).leastMs(step);
  }

  @Override
  public String toString() {
    List<String> words = new ArrayList<>();
    words.add(String.format(Locale.ROOT, "%.1f GB/s", bytesPerSecond / 1e9));
    flopsPerSecond.forEach(
        (precision, peak) ->
            words.add(String.format(Locale.ROOT, "%s %.0f GFLOP/s", precision, peak / 1e9)));
    return words.stream().collect(Collectors.joining(", "));
  }
}
