package llmthreads.notebooks;

import llmthreads.kernel.display.MimeBundle;
import llmthreads.kernel.display.Renderer;
import llmthreads.plot.Figure;
import org.knowm.xchart.internal.chartpart.Chart;

/** Shows charts that a cell made with XChart itself, as {@link FigureRenderer} shows figures. */
@SuppressWarnings("rawtypes") // a class literal has no type parameters
public final class ChartRenderer implements Renderer<Chart> {
  private final FigureRenderer figures = new FigureRenderer();

  @Override
  public Class<Chart> type() {
    return Chart.class;
  }

  @Override
  public MimeBundle render(Chart chart) {
    return figures.render(Figure.of((Chart<?, ?>) chart));
  }
}
