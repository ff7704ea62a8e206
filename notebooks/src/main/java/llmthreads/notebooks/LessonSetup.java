package llmthreads.notebooks;

import java.util.List;
import llmthreads.kernel.interpreter.SessionSetup;

/** What every session of the kernel {@code llm-threads} has imported. */
public final class LessonSetup implements SessionSetup {
  @Override
  public List<String> imports() {
    return List.of(
        "llmthreads.device.*",
        "llmthreads.generate.*",
        "llmthreads.measure.*",
        "llmthreads.model.*",
        "llmthreads.notebooks.ProgressBar",
        "llmthreads.parallel.*",
        "llmthreads.plot.*",
        "llmthreads.trace.*",
        "tech.tablesaw.api.*");
  }
}
