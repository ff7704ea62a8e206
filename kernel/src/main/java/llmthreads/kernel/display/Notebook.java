package llmthreads.kernel.display;

import llmthreads.kernel.magic.Magics;

/**
 * What a kernel does for the functions of {@link Display}. It stands beside that class and not in
 * it: cells import all that is in it.
 */
public interface Notebook {
  /** Shows a bundle; {@code id} is empty where nobody wants to update it. */
  void show(MimeBundle bundle, String id);

  /** Replaces what was shown under an id. */
  void update(MimeBundle bundle, String id);

  /** Empties the output of the cell, at once or when the next output comes. */
  void clear(boolean wait);

  /** The renderers of this session. */
  Renderers renderers();

  /** The magics of this session. */
  Magics magics();

  /** Runs Java in this session and gives the value of its last expression. */
  Object eval(String code) throws Exception;
}
