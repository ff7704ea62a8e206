package llmthreads.notebooks;

import llmthreads.kernel.display.MimeBundle;
import llmthreads.kernel.display.Renderer;
import llmthreads.measure.Comparison;
import llmthreads.plot.Tables;

/** Shows timings that were taken side by side as a table of medians and speed-ups. */
public final class ComparisonRenderer implements Renderer<Comparison> {
  private final TableRenderer tables = new TableRenderer();

  @Override
  public Class<Comparison> type() {
    return Comparison.class;
  }

  @Override
  public MimeBundle render(Comparison comparison) {
    return tables.render(Tables.of(comparison));
  }
}
