package llmthreads.kernel.interpreter;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Expressions that have the same value when they are assigned to an {@code Object}. JShell compiles
 * such an assignment in half the time, since it need not find out the type of the expression first.
 *
 * <p>Conditional and {@code switch} expressions are none: what they give depends on the type that
 * is asked for. Neither are assignments and what declares something, of which JShell knows more. It
 * may take something for one that is none, a call of a {@code void} method say, but nothing that
 * compiles as an assignment and means something else.
 */
final class PlainExpression {
  /** Possessive throughout, so that no length of a text takes the stack. */
  private static final Pattern COMMENT_OR_LITERAL =
      Pattern.compile(
          "//[^\n]*+|/\\*(?s:.*?)\\*/"
              + "|\"\"\"(?:[^\"\\\\]|\\\\(?s:.)|\"(?!\"\"))*+\"\"\""
              + "|\"(?:[^\"\\\\]|\\\\.)*+\"|'(?:[^'\\\\]|\\\\.)*+'");

  private static final Pattern COMPARISON = Pattern.compile("[=!]=|(?<![<>])[<>]=");

  /** Two words that follow each other declare something, or are a statement. */
  private static final Pattern OTHER =
      Pattern.compile(
          "[;{}?@=]|->|::|\\bswitch\\b"
              + "|\\b(?!(?:new|instanceof)\\b)[\\w$]+\\s+(?!instanceof\\b)[\\w$\\p{L}\"]");

  private PlainExpression() {}

  /**
   * A snippet that declares a variable with the value of another, if that is such an expression.
   */
  static Optional<String> assigned(String name, String source) {
    String code =
        COMMENT_OR_LITERAL
            .matcher(source)
            .replaceAll(found -> found.group().startsWith("/") ? " " : " \"\" ");
    String rest = COMPARISON.matcher(code).replaceAll("<");
    return OTHER.matcher(rest).find() || !isBalanced(rest)
        ? Optional.empty()
        : Optional.of("java.lang.Object %s = (%s\n);".formatted(name, source));
  }

  /** Whether nothing leaves the parentheses around it. */
  private static boolean isBalanced(String code) {
    int depth = 0;
    for (int i = 0; i < code.length(); i++) {
      char c = code.charAt(i);
      depth += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
      if (depth < 0 || depth == 0 && c == ',') {
        return false;
      }
    }
    return depth == 0;
  }
}
