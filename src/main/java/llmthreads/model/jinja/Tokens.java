package llmthreads.model.jinja;

import java.util.List;

/** Tokens, read one after the other. */
final class Tokens {
  private final List<Token> tokens;
  private int at;

  Tokens(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token peek() {
    return tokens.get(at);
  }

  Token ahead() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  Token next() {
    Token token = tokens.get(at);
    at = Math.min(at + 1, tokens.size() - 1);
    return token;
  }

  boolean isOperator(String operator) {
    return peek().is(Token.Kind.OPERATOR, operator);
  }

  boolean isName(String name) {
    return peek().is(Token.Kind.NAME, name);
  }

  /** Whether the next token was this operator; then it is read. */
  boolean skipOperator(String operator) {
    return skip(Token.Kind.OPERATOR, operator);
  }

  /** Whether the next token was this word; then it is read. */
  boolean skipName(String name) {
    return skip(Token.Kind.NAME, name);
  }

  private boolean skip(Token.Kind kind, String text) {
    boolean is = peek().is(kind, text);
    if (is) {
      next();
    }
    return is;
  }

  void expectOperator(String operator) {
    if (!skipOperator(operator)) {
      throw unexpected("'" + operator + "'");
    }
  }

  String expectName() {
    return expect(Token.Kind.NAME, "a name").text();
  }

  Token expect(Token.Kind kind, String what) {
    if (peek().kind() != kind) {
      throw unexpected(what);
    }
    return next();
  }

  TemplateException unexpected(String wanted) {
    Token token = peek();
    return new TemplateException("%s belongs here, not %s".formatted(wanted, token.described()))
        .at(token.line());
  }
}
