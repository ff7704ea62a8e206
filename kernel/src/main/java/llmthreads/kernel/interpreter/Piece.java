package llmthreads.kernel.interpreter;

import java.util.regex.Pattern;

/**
 * What a cell consists of, in order. Every offset counts UTF-16 units from the beginning of the
 * cell.
 */
sealed interface Piece {
  /** Where it begins. */
  int offset();

  /** One snippet; a missing semicolon at its end is added. */
  record Code(int offset, String source) implements Piece {
    private static final Pattern TYPE =
        Pattern.compile(
            "(?:(?:@\\w+(?:\\([^)]*\\))?|public|protected|private|static|abstract|final|sealed|non-sealed"
                + "|strictfp)\\s+)*(?:(?:class|interface|enum|@interface)\\s+\\w|record\\s+\\w+\\s*[(<])");

    /**
     * Whether it declares a type. Of such a snippet JShell must not be asked before it runs: from
     * then on, until it has run, JShell gives no documentation of anything (JDK 25).
     */
    boolean isType() {
      return TYPE.matcher(source).lookingAt();
    }
  }

  /**
   * Something that no reading of Java makes sense of, up to the next magic or the end of the cell.
   */
  record Broken(int offset, String source, boolean incomplete) implements Piece {}

  /** {@code %name arguments}. */
  record LineMagic(int offset, String name, String arguments) implements Piece {}

  /** {@code %%name arguments} and the rest of the cell as its body. */
  record CellMagic(int offset, String name, String arguments, int bodyOffset) implements Piece {}
}
