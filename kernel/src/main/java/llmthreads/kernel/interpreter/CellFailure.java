package llmthreads.kernel.interpreter;

/** Ends a cell with a failure that is ready to be shown. */
public final class CellFailure extends Exception {
  private static final long serialVersionUID = 1;

  private final transient Outcome.Failed outcome;

  CellFailure(Outcome.Failed outcome) {
    super(outcome.message(), null, false, false);
    this.outcome = outcome;
  }

  /** What to show. */
  public Outcome.Failed outcome() {
    return outcome;
  }
}
