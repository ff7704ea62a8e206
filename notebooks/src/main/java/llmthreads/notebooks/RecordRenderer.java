package llmthreads.notebooks;

import llmthreads.kernel.display.MimeBundle;
import llmthreads.kernel.display.Renderer;
import llmthreads.measure.RunRecord;
import llmthreads.plot.Tables;

/** Shows a run's parameters and results as a table, with its environment for the report. */
public final class RecordRenderer implements Renderer<RunRecord> {
  private final TableRenderer tables = new TableRenderer();
  private final EnvironmentRenderer environments = new EnvironmentRenderer();

  @Override
  public Class<RunRecord> type() {
    return RunRecord.class;
  }

  @Override
  public MimeBundle render(RunRecord record) {
    MimeBundle environment = environments.render(record.environment());
    return tables
        .render(Tables.of(record))
        .with(EnvironmentRenderer.JSON, environment.data().get(EnvironmentRenderer.JSON));
  }
}
