package llmthreads.model.jinja;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What has a value. */
sealed interface Expression {
  record Literal(Object value) implements Expression {}

  record Name(String name) implements Expression {}

  record ListOf(List<Expression> items) implements Expression {}

  record TupleOf(List<Expression> items) implements Expression {}

  record MapOf(List<Map.Entry<Expression, Expression>> entries) implements Expression {}

  record Attribute(Expression of, String name) implements Expression {}

  record Item(Expression of, Expression key) implements Expression {}

  record Slice(
      Expression of, Optional<Expression> from, Optional<Expression> to, Optional<Expression> step)
      implements Expression {}

  record Call(Expression function, Arguments arguments) implements Expression {}

  record Filter(Expression value, String name, Arguments arguments) implements Expression {}

  record Test(Expression value, String name, Arguments arguments) implements Expression {}

  record Not(Expression value) implements Expression {}

  record Signed(char sign, Expression value) implements Expression {}

  record Binary(String operator, Expression left, Expression right) implements Expression {}

  /** {@code first < a <= b}: all that stand next to each other must hold. */
  record Comparison(Expression first, List<Link> links) implements Expression {}

  record Link(String operator, Expression value) {}

  record Conditional(Expression test, Expression then, Optional<Expression> otherwise)
      implements Expression {}

  /** Of a call, filter or test, not evaluated yet. */
  record Arguments(List<Expression> positional, Map<String, Expression> named) {
    static final Arguments NONE = new Arguments(List.of(), Map.of());
  }
}
