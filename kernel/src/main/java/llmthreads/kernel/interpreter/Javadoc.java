package llmthreads.kernel.interpreter;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Documentation comments as plain text. */
final class Javadoc {
  private static final Pattern LINK =
      Pattern.compile("\\{@(?:link|linkplain|value)\\s+([^\\s{}(]+(?:\\([^)]*\\))?)\\s*([^{}]*)}");
  private static final Pattern INLINE =
      Pattern.compile("\\{@(code|literal|return|summary)\\s((?:[^{}]|\\{[^{}]*})*)}");
  private static final Pattern EXAMPLE =
      Pattern.compile("(?is)<pre\\b[^>]*>(?:\\s*?\\n)?(.*?)</pre>\\s*");
  private static final Pattern ITEM = Pattern.compile("(?i)\\s*<li\\b[^>]*>\\s*");
  private static final Pattern BREAK =
      Pattern.compile(
          "(?i)\\s*</?(?:p|br|li|ul|ol|dl|dt|dd|table|tr|h\\d|blockquote)\\b[^>]*>\\s*");
  private static final Pattern TAG = Pattern.compile("</?[A-Za-z][^>]*>");
  private static final Pattern BLOCK = Pattern.compile("(?m)^@(\\w+)\\s*");

  /** The lines of a block that follow its first. */
  private static final Pattern CONTINUED = Pattern.compile("\\n(?!@|$)");

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
    String text = LINK.matcher(comment).replaceAll(found -> Matcher.quoteReplacement(label(found)));
    text = INLINE.matcher(text).replaceAll(found -> Matcher.quoteReplacement(inline(found)));
    StringBuilder told = new StringBuilder();
    Matcher example = EXAMPLE.matcher(text);
    int from = 0;
    while (example.find()) {
      told.append(prose(text.substring(from, example.start())).stripTrailing()).append("\n\n");
      told.append(example.group(1).stripTrailing().stripIndent().indent(4)).append('\n');
      from = example.end();
    }
    told.append(prose(text.substring(from)));
    return characters(TAG.matcher(told).replaceAll("")).strip();
  }

  /** What a link says, else the name that it leads to. */
  private static String label(MatchResult link) {
    return link.group(2).isEmpty()
        ? link.group(1).replaceFirst("^#", "").replace('#', '.')
        : link.group(2);
  }

  /** Code is taken as it is, whatever looks like HTML in it. */
  private static String inline(MatchResult tag) {
    String text = tag.group(2);
    boolean isCode = tag.group(1).equals("code") || tag.group(1).equals("literal");
    return isCode ? text.replace("&", "&amp;").replace("<", "&lt;") : text;
  }

  /** Text in which a line ends where the comment's does, or where HTML says so. */
  private static String prose(String html) {
    String text = ITEM.matcher(html).replaceAll("\n- ");
    text = BREAK.matcher(text).replaceAll("\n").replaceAll("(?m)^[ \\t]+", "");
    text = text.replaceAll("\\n{2,}", "\n");
    Matcher block = BLOCK.matcher(text);
    if (!block.find()) {
      return text;
    }
    String blocks = CONTINUED.matcher(text.substring(block.start())).replaceAll("\n    ");
    return text.substring(0, block.start()) + BLOCK.matcher(blocks).replaceAll("$1: ");
  }

  private static String characters(String text) {
    return text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&nbsp;", " ")
        .replace("&quot;", "\"")
        .replace("&amp;", "&");
  }
}
