package llmthreads.kernel.wire;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sentences about what clients get wrong, each told once: a client that goes on so does not fill
 * the log. Safe for use by several threads.
 */
public final class Complaints {
  private static final int MOST = 1000;
  private static final int LONGEST = 400;

  private final Set<String> told = ConcurrentHashMap.newKeySet();

  /** Tells a sentence if it is new, and if there were not too many before it. */
  public void tell(String sentence) {
    String line = sentence.length() <= LONGEST ? sentence : sentence.substring(0, LONGEST) + "…";
    if (told.size() < MOST && told.add(line)) {
      Log.warn(line);
    }
  }
}
