package llmthreads.kernel.interpreter;

import java.util.List;

/**
 * What a kernelspec's own jars want done before the first cell; found by {@link
 * java.util.ServiceLoader} on the class path of the kernel.
 */
public interface SessionSetup {
  /**
   * Imports, without the word and the semicolon: {@code java.util.*}, {@code static
   * java.lang.Math.*}.
   */
  default List<String> imports() {
    return List.of();
  }

  /** Statements and declarations that run after the imports. */
  default List<String> snippets() {
    return List.of();
  }
}
