package llmthreads.model;

import llmthreads.script.Tensor;

/**
 * Computes one step after the other of the same sequences, on a whole model or a stage of one, and
 * keeps their keys and values. One thread uses it at a time; who opens it closes it.
 */
public interface StepRunner extends AutoCloseable {
  /**
   * Runs a whole model, or its first stage, on the next tokens of some sequences.
   *
   * @return logits behind the last token of each row, {@code [rows, vocabulary]}, or behind every
   *     token if the step says so, {@code [rows · width, vocabulary]}, where those behind a row's
   *     own length repeat its last; from a stage that is not the last, hidden states for the next
   */
  Tensor forward(Step step);

  /**
   * Runs a stage of a model that is not its first.
   *
   * @param hidden what the stage before gave for this step
   * @return hidden states for the next stage; from the last stage logits
   */
  Tensor forward(Step step, Tensor hidden);

  /** Bytes of the hidden states that a stage hands to the next for a step. */
  long hiddenBytes(Step step);

  @Override
  void close();

  /** Opens runners: a whole model or a stage of one, as a strategy holds it. */
  @FunctionalInterface
  interface Source {
    /** A runner with an empty cache. */
    StepRunner open(Paging paging);
  }
}
