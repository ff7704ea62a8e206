package llmthreads.script;

import java.util.concurrent.atomic.AtomicLong;

/** How many operands are open in this process. */
final class LiveOperands {
  static final AtomicLong COUNT = new AtomicLong();

  private LiveOperands() {}
}
