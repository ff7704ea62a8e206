package llmthreads.model.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import llmthreads.model.jinja.Statement.Branch;
import llmthreads.model.jinja.Statement.Parameter;
import llmthreads.model.jinja.Statement.Target;

/** Reads a template's statements. */
final class Parser {
  private final Tokens tokens;
  private final ExpressionParser expressions;

  private Parser(Tokens tokens) {
    this.tokens = tokens;
    this.expressions = new ExpressionParser(tokens);
  }

  static List<Statement> parse(String template) {
    return new Parser(new Tokens(Lexer.tokens(template))).body(Set.of());
  }

  /** Statements up to a tag with one of these names, of which the name is not read yet. */
  private List<Statement> body(Set<String> ends) {
    List<Statement> body = new ArrayList<>();
    while (true) {
      Token token = tokens.next();
      switch (token.kind()) {
        case DATA -> body.add(new Statement.Text(token.text()));
        case PRINT_BEGIN -> {
          body.add(new Statement.Print(token.line(), expressions.expressions()));
          tokens.expect(Token.Kind.PRINT_END, "'}}'");
        }
        case BLOCK_BEGIN -> {
          if (ends.contains(tokens.peek().text())) {
            return body;
          }
          body.addAll(tag());
        }
        default -> {
          if (!ends.isEmpty()) {
            throw new TemplateException(
                    "a tag is missing at the end: one of %s"
                        .formatted(ends.stream().sorted().toList()))
                .at(token.line());
          }
          return body;
        }
      }
    }
  }

  private List<Statement> tag() {
    int line = tokens.peek().line();
    String name = tokens.expectName();
    return switch (name) {
      case "if" -> List.of(branches(line));
      case "for" -> List.of(loop(line));
      case "set" -> List.of(set(line));
      case "macro" -> List.of(macro(line));
      case "break", "continue" -> {
        close();
        yield List.of(new Statement.Jump(name.equals("continue")));
      }
      case "generation" -> {
        close();
        yield bodyUpTo("endgeneration");
      }
      default ->
          throw new TemplateException("this project does not know the tag '%s'".formatted(name))
              .at(line);
    };
  }

  private void close() {
    tokens.expect(Token.Kind.BLOCK_END, "'%}'");
  }

  private List<Statement> bodyUpTo(String end) {
    List<Statement> body = body(Set.of(end));
    tokens.expectName();
    close();
    return body;
  }

  private Statement branches(int line) {
    List<Branch> branches = new ArrayList<>();
    List<Statement> otherwise = List.of();
    String end = "elif";
    while (end.equals("elif")) {
      Expression test = expressions.expressions();
      close();
      branches.add(new Branch(test, body(Set.of("elif", "else", "endif"))));
      end = tokens.expectName();
    }
    if (end.equals("else")) {
      close();
      otherwise = body(Set.of("endif"));
      tokens.expectName();
    }
    close();
    return new Statement.If(line, branches, otherwise);
  }

  private Statement loop(int line) {
    Target target = target();
    if (!tokens.skipName("in")) {
      throw tokens.unexpected("'in'");
    }
    Expression items = expressions.iterated();
    Optional<Expression> condition =
        tokens.skipName("if") ? Optional.of(expressions.expression()) : Optional.empty();
    close();
    List<Statement> body = body(Set.of("else", "endfor"));
    List<Statement> otherwise = List.of();
    if (tokens.expectName().equals("else")) {
      close();
      otherwise = body(Set.of("endfor"));
      tokens.expectName();
    }
    close();
    return new Statement.For(line, target, items, condition, body, otherwise);
  }

  private Statement set(int line) {
    Target target = target();
    if (tokens.skipOperator("=")) {
      Expression value = expressions.expressions();
      close();
      return new Statement.Set(line, target, value);
    }
    Expression filters = expressions.filters(new Expression.Name(Statement.Capture.RENDERED));
    close();
    return new Statement.Capture(line, target, filters, bodyUpTo("endset"));
  }

  private Target target() {
    boolean bracket = tokens.skipOperator("(");
    String first = tokens.expectName();
    if (tokens.skipOperator(".")) {
      return new Target.Member(first, tokens.expectName());
    }
    List<String> names = new ArrayList<>(List.of(first));
    while (tokens.skipOperator(",")) {
      names.add(tokens.expectName());
    }
    if (bracket) {
      tokens.expectOperator(")");
    }
    return new Target.Names(List.copyOf(names));
  }

  private Statement macro(int line) {
    String name = tokens.expectName();
    List<Parameter> parameters = new ArrayList<>();
    tokens.expectOperator("(");
    while (!tokens.skipOperator(")")) {
      String parameter = tokens.expectName();
      parameters.add(
          new Parameter(
              parameter,
              tokens.skipOperator("=") ? Optional.of(expressions.expression()) : Optional.empty()));
      if (!tokens.isOperator(")")) {
        tokens.expectOperator(",");
      }
    }
    close();
    return new Statement.Macro(line, name, List.copyOf(parameters), bodyUpTo("endmacro"));
  }
}
