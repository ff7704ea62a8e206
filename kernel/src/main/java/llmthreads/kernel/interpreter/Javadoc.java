package llmthreads.kernel.interpreter;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Documentation comments as plain text. */
final class Javadoc {
  private static final Pattern INLINE =
      Pattern.compile("\\{@(?:code|literal|link|linkplain|value|return|summary)\\s+([^{}]*)}");
  private static final Pattern BREAK =
      Pattern.compile("(?i)\\s*<(?:p|br|li|dt|dd|tr|h\\d|pre|/pre)\\b[^>]*>\\s*");
  private static final Pattern TAG = Pattern.compile("</?[A-Za-z][^>]*>");
  private static final Pattern BLOCK = Pattern.compile("(?m)^\\s*@(\\w+)\\s*");

  /** Where the text of {@link #toText} turns to parameters, results and references. */
  private static final Pattern TAGS =
      Pattern.compile(
          "(?m)^(?:param|return|throws|exception|see|since|author|version|implSpec|implNote|apiNote|jls|revised|spec|serial):"
              + " ");

  private Javadoc() {}

  /** The description alone. */
  static String withoutTags(String text) {
    Matcher tags = TAGS.matcher(text);
    return tags.find() && tags.start() > 0 ? text.substring(0, tags.start()).strip() : text;
  }

  static String toText(String comment) {
    String text =
        INLINE.matcher(comment).replaceAll(found -> Matcher.quoteReplacement(found.group(1)));
    text = BREAK.matcher(text).replaceAll("\n");
    text = TAG.matcher(text).replaceAll("");
    text = BLOCK.matcher(text).replaceAll("$1: ");
    return text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&nbsp;", " ")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
        .strip();
  }
}
