package llmthreads.model.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import llmthreads.model.jinja.Expression.Arguments;
import llmthreads.model.jinja.Expression.Link;

/** Reads expressions; each method reads what binds tighter than the one before. */
final class ExpressionParser {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
  private static final Set<String> NO_ARGUMENT =
      Set.of("else", "or", "and", "is", "if", "not", "in");

  private final Tokens tokens;

  ExpressionParser(Tokens tokens) {
    this.tokens = tokens;
  }

  Expression expression() {
    Expression value = or();
    while (tokens.skipName("if")) {
      Expression test = or();
      Optional<Expression> otherwise =
          tokens.skipName("else") ? Optional.of(expression()) : Optional.empty();
      value = new Expression.Conditional(test, value, otherwise);
    }
    return value;
  }

  /** One that may be a list without brackets. */
  Expression expressions() {
    Expression first = expression();
    if (!tokens.isOperator(",")) {
      return first;
    }
    List<Expression> all = new ArrayList<>(List.of(first));
    while (tokens.skipOperator(",") && !endsTag()) {
      all.add(expression());
    }
    return new Expression.TupleOf(all);
  }

  /** One without a condition behind it, which belongs to the loop. */
  Expression iterated() {
    return or();
  }

  private boolean endsTag() {
    Token.Kind kind = tokens.peek().kind();
    return kind == Token.Kind.BLOCK_END || kind == Token.Kind.PRINT_END || tokens.isOperator(")");
  }

  private Expression or() {
    Expression left = and();
    while (tokens.skipName("or")) {
      left = new Expression.Binary("or", left, and());
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (tokens.skipName("and")) {
      left = new Expression.Binary("and", left, not());
    }
    return left;
  }

  private Expression not() {
    return tokens.skipName("not") ? new Expression.Not(not()) : comparison();
  }

  private Expression comparison() {
    Expression first = sum();
    List<Link> links = new ArrayList<>();
    while (true) {
      if (tokens.peek().kind() == Token.Kind.OPERATOR
          && COMPARISONS.contains(tokens.peek().text())) {
        links.add(new Link(tokens.next().text(), sum()));
      } else if (tokens.skipName("in")) {
        links.add(new Link("in", sum()));
      } else if (tokens.isName("not") && tokens.ahead().is(Token.Kind.NAME, "in")) {
        tokens.next();
        tokens.next();
        links.add(new Link("not in", sum()));
      } else {
        return links.isEmpty() ? first : new Expression.Comparison(first, links);
      }
    }
  }

  private Expression sum() {
    return leftToRight(Set.of("+", "-"), this::joined);
  }

  private Expression joined() {
    return leftToRight(Set.of("~"), this::product);
  }

  private Expression product() {
    return leftToRight(Set.of("*", "/", "//", "%"), this::power);
  }

  private Expression power() {
    return leftToRight(Set.of("**"), () -> signed(true));
  }

  private Expression leftToRight(Set<String> operators, Supplier<Expression> tighter) {
    Expression left = tighter.get();
    while (tokens.peek().kind() == Token.Kind.OPERATOR
        && operators.contains(tokens.peek().text())) {
      left = new Expression.Binary(tokens.next().text(), left, tighter.get());
    }
    return left;
  }

  private Expression signed(boolean filtered) {
    Expression value;
    if (tokens.skipOperator("-")) {
      value = new Expression.Signed('-', signed(false));
    } else if (tokens.skipOperator("+")) {
      value = new Expression.Signed('+', signed(false));
    } else {
      value = primary();
    }
    Expression whole = postfix(value);
    return filtered ? filters(whole) : whole;
  }

  private Expression primary() {
    Token token = tokens.next();
    return switch (token.kind()) {
      case NAME -> named(token.text());
      case STRING -> new Expression.Literal(strings(token));
      case INTEGER -> new Expression.Literal(integer(token));
      case FLOAT -> new Expression.Literal(Double.valueOf(token.text()));
      case OPERATOR -> bracketed(token);
      default ->
          throw new TemplateException("a value belongs here, not " + token.described())
              .at(token.line());
    };
  }

  private static Long integer(Token token) {
    try {
      return Long.valueOf(token.text());
    } catch (NumberFormatException e) {
      throw new TemplateException("%s is too large a number".formatted(token.text()))
          .at(token.line());
    }
  }

  private static Expression named(String name) {
    return switch (name) {
      case "true", "True" -> new Expression.Literal(true);
      case "false", "False" -> new Expression.Literal(false);
      case "none", "None" -> new Expression.Literal(null);
      default -> new Expression.Name(name);
    };
  }

  private String strings(Token first) {
    StringBuilder all = new StringBuilder(first.text());
    while (tokens.peek().kind() == Token.Kind.STRING) {
      all.append(tokens.next().text());
    }
    return all.toString();
  }

  private Expression bracketed(Token open) {
    return switch (open.text()) {
      case "(" -> {
        if (tokens.skipOperator(")")) {
          yield new Expression.TupleOf(List.of());
        }
        Expression inside = expressions();
        tokens.expectOperator(")");
        yield inside;
      }
      case "[" -> new Expression.ListOf(upTo("]", this::expression));
      case "{" -> new Expression.MapOf(upTo("}", this::entry));
      default ->
          throw new TemplateException("a value belongs here, not " + open.described())
              .at(open.line());
    };
  }

  private Map.Entry<Expression, Expression> entry() {
    Expression key = expression();
    tokens.expectOperator(":");
    return Map.entry(key, expression());
  }

  private <T> List<T> upTo(String close, Supplier<T> item) {
    List<T> items = new ArrayList<>();
    while (!tokens.skipOperator(close)) {
      items.add(item.get());
      if (!tokens.isOperator(close)) {
        tokens.expectOperator(",");
      }
    }
    return items;
  }

  private Expression postfix(Expression start) {
    Expression value = start;
    while (true) {
      if (tokens.skipOperator(".")) {
        Token token = tokens.next();
        if (token.kind() == Token.Kind.INTEGER) {
          value = new Expression.Item(value, new Expression.Literal(integer(token)));
        } else if (token.kind() == Token.Kind.NAME) {
          value = new Expression.Attribute(value, token.text());
        } else {
          throw new TemplateException("a name belongs behind the dot").at(token.line());
        }
      } else if (tokens.skipOperator("[")) {
        value = subscript(value);
      } else if (tokens.isOperator("(")) {
        value = new Expression.Call(value, arguments());
      } else {
        return value;
      }
    }
  }

  private Expression subscript(Expression of) {
    Optional<Expression> from = part();
    if (from.isPresent() && tokens.skipOperator("]")) {
      return new Expression.Item(of, from.get());
    }
    tokens.expectOperator(":");
    Optional<Expression> to = part();
    Optional<Expression> step = tokens.skipOperator(":") ? part() : Optional.empty();
    tokens.expectOperator("]");
    return new Expression.Slice(of, from, to, step);
  }

  private Optional<Expression> part() {
    return tokens.isOperator(":") || tokens.isOperator("]")
        ? Optional.empty()
        : Optional.of(expression());
  }

  /** Filters and tests behind a value, and calls of what they give. */
  Expression filters(Expression start) {
    Expression value = start;
    while (true) {
      if (tokens.skipOperator("|")) {
        String name = tokens.expectName();
        value =
            new Expression.Filter(
                value, name, tokens.isOperator("(") ? arguments() : Arguments.NONE);
      } else if (tokens.skipName("is")) {
        value = test(value);
      } else {
        return value;
      }
    }
  }

  private Expression test(Expression value) {
    boolean not = tokens.skipName("not");
    String name = tokens.expectName();
    Arguments arguments = Arguments.NONE;
    if (tokens.isOperator("(")) {
      arguments = arguments();
    } else if (takesArgument()) {
      arguments = new Arguments(List.of(postfix(primary())), Map.of());
    }
    Expression test = new Expression.Test(value, name, arguments);
    return not ? new Expression.Not(test) : test;
  }

  private boolean takesArgument() {
    Token token = tokens.peek();
    return switch (token.kind()) {
      case NAME -> !NO_ARGUMENT.contains(token.text());
      case STRING, INTEGER, FLOAT -> true;
      case OPERATOR -> token.text().equals("[") || token.text().equals("{");
      default -> false;
    };
  }

  private Arguments arguments() {
    tokens.expectOperator("(");
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    while (!tokens.skipOperator(")")) {
      if (tokens.peek().kind() == Token.Kind.NAME && tokens.ahead().is(Token.Kind.OPERATOR, "=")) {
        String name = tokens.expectName();
        tokens.next();
        named.put(name, expression());
      } else {
        positional.add(expression());
      }
      if (!tokens.isOperator(")")) {
        tokens.expectOperator(",");
      }
    }
    return new Arguments(List.copyOf(positional), named);
  }
}
