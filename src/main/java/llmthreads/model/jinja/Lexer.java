package llmthreads.model.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a template into tokens. The line break behind a block is dropped, and so is the white space
 * before a block that begins its line; a hyphen inside a tag drops all white space on its side, a
 * plus none.
 */
final class Lexer {
  private static final Pattern TAG = Pattern.compile("\\{[{%#]");
  private static final Pattern RAW = Pattern.compile("\\{%([-+]?)\\s*raw\\s*([-+]?)%\\}");
  private static final Pattern END_RAW = Pattern.compile("\\{%([-+]?)\\s*endraw\\s*([-+]?)%\\}");
  private static final Pattern INSIDE =
      Pattern.compile(
          "(?<space>\\s+)|(?<number>\\d[\\d_]*(?<fraction>(\\.\\d[\\d_]*)?([eE][+-]?\\d+)?))"
              + "|(?<name>[\\p{L}_][\\p{L}\\p{N}_]*)"
              + "|(?<string>\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*')"
              + "|(?<operator>//|\\*\\*|==|!=|<=|>=|[-+*/%~<>=.,:|()\\[\\]{}])",
          Pattern.DOTALL);

  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;
  private boolean trimNext;
  private boolean dropBreak;

  private Lexer(String text) {
    this.text = text;
  }

  static List<Token> tokens(String template) {
    String unix = template.replaceAll("\r\n?", "\n");
    Lexer lexer = new Lexer(unix.endsWith("\n") ? unix.substring(0, unix.length() - 1) : unix);
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    Matcher tag = TAG.matcher(text);
    while (tag.find(at)) {
      char kind = text.charAt(tag.start() + 1);
      char sign = tag.end() < text.length() ? text.charAt(tag.end()) : ' ';
      Matcher raw = RAW.matcher(text).region(tag.start(), text.length());
      data(tag.start(), kind, sign);
      if (kind == '%' && raw.lookingAt()) {
        raw(raw);
      } else if (kind == '#') {
        comment(tag.end());
      } else {
        inside(tag.end() + (sign == '-' || sign == '+' ? 1 : 0), kind == '{' ? "}}" : "%}");
      }
    }
    data(text.length(), ' ', ' ');
    tokens.add(new Token(Token.Kind.END, "", line));
  }

  /** Text up to a tag, of which the sign says what becomes of white space. */
  private void data(int to, char kind, char sign) {
    String data = text.substring(at, to);
    int begins = line;
    line += (int) data.chars().filter(c -> c == '\n').count();
    boolean fromLineStart = at == 0 || text.charAt(at - 1) == '\n';
    if (trimNext) {
      data = data.stripLeading();
    } else if (dropBreak && data.startsWith("\n")) {
      data = data.substring(1);
      fromLineStart = true;
    }
    if (sign == '-') {
      data = data.stripTrailing();
    } else if (sign != '+' && (kind == '%' || kind == '#')) {
      int lineStart = data.lastIndexOf('\n') + 1;
      boolean startsLine = lineStart > 0 || fromLineStart;
      if (startsLine && data.substring(lineStart).isBlank()) {
        data = data.substring(0, lineStart);
      }
    }
    if (!data.isEmpty()) {
      tokens.add(new Token(Token.Kind.DATA, data, begins));
    }
    at = to;
    trimNext = false;
    dropBreak = false;
  }

  private void behind(int end, String sign, boolean block) {
    at = end;
    trimNext = sign.equals("-");
    dropBreak = block && sign.isEmpty();
  }

  private void comment(int from) {
    int end = text.indexOf("#}", from);
    if (end < 0) {
      throw new TemplateException("this comment has no end, '#}'").at(line);
    }
    line += (int) text.substring(at, end).chars().filter(c -> c == '\n').count();
    char sign = text.charAt(end - 1);
    behind(end + 2, sign == '-' || sign == '+' ? String.valueOf(sign) : "", true);
  }

  private void raw(Matcher begin) {
    Matcher end = END_RAW.matcher(text);
    if (!end.find(begin.end())) {
      throw new TemplateException("'raw' has no 'endraw'").at(line);
    }
    behind(begin.end(), begin.group(2), true);
    data(end.start(), '%', end.group(1).isEmpty() ? ' ' : end.group(1).charAt(0));
    behind(end.end(), end.group(2), true);
  }

  private void inside(int from, String close) {
    boolean block = close.equals("%}");
    tokens.add(new Token(block ? Token.Kind.BLOCK_BEGIN : Token.Kind.PRINT_BEGIN, "", line));
    Matcher token = INSIDE.matcher(text);
    int open = 0;
    at = from;
    while (true) {
      boolean signed = at < text.length() && "-+".indexOf(text.charAt(at)) >= 0;
      if (open == 0 && text.startsWith(close, at + (signed ? 1 : 0))) {
        tokens.add(new Token(block ? Token.Kind.BLOCK_END : Token.Kind.PRINT_END, "", line));
        behind(
            at + close.length() + (signed ? 1 : 0),
            signed ? text.substring(at, at + 1) : "",
            block);
        return;
      }
      if (!token.region(at, text.length()).lookingAt()) {
        throw new TemplateException(
                at == text.length()
                    ? "this tag has no end, '%s'".formatted(close)
                    : "a tag cannot hold '%c'".formatted(text.charAt(at)))
            .at(line);
      }
      String operator = token.group("operator");
      if (operator != null) {
        open += "([{".contains(operator) ? 1 : ")]}".contains(operator) ? -1 : 0;
      }
      add(token);
      line += (int) token.group().chars().filter(c -> c == '\n').count();
      at = token.end();
    }
  }

  private void add(Matcher token) {
    String all = token.group();
    if (token.group("number") != null) {
      boolean whole = token.group("fraction").isEmpty();
      Token.Kind kind = whole ? Token.Kind.INTEGER : Token.Kind.FLOAT;
      tokens.add(new Token(kind, all.replace("_", ""), line));
    } else if (token.group("name") != null) {
      tokens.add(new Token(Token.Kind.NAME, all, line));
    } else if (token.group("string") != null) {
      tokens.add(new Token(Token.Kind.STRING, meaning(all), line));
    } else if (token.group("operator") != null) {
      tokens.add(new Token(Token.Kind.OPERATOR, all, line));
    }
  }

  private static String meaning(String literal) {
    StringBuilder text = new StringBuilder();
    for (int i = 1; i < literal.length() - 1; i++) {
      char c = literal.charAt(i);
      if (c != '\\') {
        text.append(c);
        continue;
      }
      char escaped = literal.charAt(++i);
      int digits = escaped == 'x' ? 2 : escaped == 'u' ? 4 : escaped == 'U' ? 8 : 0;
      if (digits > 0 && i + digits < literal.length() - 1) {
        text.appendCodePoint(Integer.parseInt(literal.substring(i + 1, i + 1 + digits), 16));
        i += digits;
      } else {
        text.append(plain(escaped));
      }
    }
    return text.toString();
  }

  private static String plain(char escaped) {
    return switch (escaped) {
      case 'n' -> "\n";
      case 't' -> "\t";
      case 'r' -> "\r";
      case 'b' -> "\b";
      case 'f' -> "\f";
      case '0' -> "\0";
      case '\n' -> "";
      case '\\', '\'', '"' -> String.valueOf(escaped);
      default -> "\\" + escaped;
    };
  }
}
