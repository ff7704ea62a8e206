package llmthreads.generate;

import java.util.HashMap;
import java.util.Map;

/**
 * Passes answers on in the order of their prompts: one that is early is held back until those
 * before it are there.
 *
 * <pre>{@code
 * workers.generate(prompts, options.withCompletions(new InOrder(answer -> System.out.println(answer))));
 * }</pre>
 *
 * <p>Any number of workers may tell it at once; it tells its listener one answer at a time, on the
 * thread of whichever worker brought the missing one, and a worker that comes meanwhile waits. It
 * serves one run. What a failed run leaves held back is never passed on.
 */
public final class InOrder implements CompletionListener {
  private final CompletionListener listener;
  private final Map<Integer, Completion> early = new HashMap<>();
  private int next;

  /** For prompts that are numbered from 0 on, as {@link Prompt#of} does. */
  public InOrder(CompletionListener listener) {
    this(0, listener);
  }

  /** For prompts that are numbered from {@code first} on, without a gap. */
  public InOrder(int first, CompletionListener listener) {
    this.next = first;
    this.listener = listener;
  }

  /**
   * Passes the answer on, and those that waited for it, or keeps it.
   *
   * @throws IllegalStateException when there was an answer to this prompt already
   */
  @Override
  public synchronized void completed(Completion completion) {
    int number = completion.promptIndex();
    if (number < next || early.put(number, completion) != null) {
      throw new IllegalStateException(
          "There was an answer to prompt %d already: give each run an InOrder of its own"
              .formatted(number));
    }
    Completion due;
    while ((due = early.remove(next)) != null) {
      next++;
      listener.completed(due);
    }
  }

  /** How many answers are held back now. */
  public synchronized int heldBack() {
    return early.size();
  }
}
