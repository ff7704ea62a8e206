package llmthreads.peers;

import java.util.Locale;

/** How long a run may still take when what is left goes as what is behind. Not for threads. */
final class TimeLeft {
  private final long began = System.nanoTime();
  private final double total;
  private double behind;

  /**
   * Begins now.
   *
   * @param total work, in any unit
   */
  TimeLeft(double total) {
    this.total = total;
  }

  /** So much more is done. */
  void behind(double work) {
    behind += work;
  }

  @Override
  public String toString() {
    double minutes = (System.nanoTime() - began) / 60e9;
    double left = behind == 0 ? Double.NaN : minutes * (total - behind) / behind;
    return String.format(Locale.ROOT, "%.1f min behind, about %.0f min left", minutes, left);
  }
}
