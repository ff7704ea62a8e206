package llmthreads.script;

import ai.djl.pytorch.jni.JniUtils;

/**
 * Records every operator that PyTorch runs from its making to its closing, and writes them as a
 * Chrome trace (open it in chrome://tracing or ui.perfetto.dev). One at a time in a process; it
 * slows small operators down.
 */
public final class EngineProfile implements AutoCloseable {
  private final String file;

  /** Begins to record, for this file. */
  public EngineProfile(String file) {
    this.file = file;
    JniUtils.startProfile(false, true, false);
  }

  /** Ends it and writes the file. */
  @Override
  public void close() {
    JniUtils.stopProfile(file);
  }
}
