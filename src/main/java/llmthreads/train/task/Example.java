package llmthreads.train.task;

/**
 * One instruction with its answer.
 *
 * @param task the name of the {@link Task} that made it
 * @param prompt the instruction, as a user would type it
 * @param answer what the model is to say
 * @param key what tells examples apart: examples with the same key stand on the same side of the
 *     split into training and held-out sets, even where their prompts differ
 */
public record Example(String task, String prompt, String answer, String key) {
  /** One key in twenty is held out: never trained on, used to measure accuracy. */
  public boolean heldOut() {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < key.length(); i++) {
      hash = (hash ^ key.charAt(i)) * 0x100000001b3L;
    }
    return Long.remainderUnsigned(hash ^ (hash >>> 29), 20) == 0;
  }
}
