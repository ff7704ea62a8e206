package llmthreads.model.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import llmthreads.model.jinja.Expression.Arguments;

/** Computes values of expressions. */
final class Evaluator {
  private final Budget budget;

  Evaluator(Budget budget) {
    this.budget = budget;
  }

  Object value(Expression expression, Scope scope) {
    budget.step();
    return switch (expression) {
      case Expression.Literal literal -> literal.value();
      case Expression.Name name -> scope.get(name.name());
      case Expression.ListOf list -> all(list.items(), scope);
      case Expression.TupleOf tuple -> new Tuple(all(tuple.items(), scope));
      case Expression.MapOf map -> {
        Map<Object, Object> values = new LinkedHashMap<>();
        map.entries()
            .forEach(e -> values.put(value(e.getKey(), scope), value(e.getValue(), scope)));
        yield values;
      }
      case Expression.Attribute attribute ->
          Members.attribute(value(attribute.of(), scope), attribute.name());
      case Expression.Item item -> Members.item(value(item.of(), scope), value(item.key(), scope));
      case Expression.Slice slice ->
          Members.slice(
              value(slice.of(), scope),
              value(slice.from(), scope),
              value(slice.to(), scope),
              value(slice.step(), scope));
      case Expression.Call call -> call(call, scope);
      case Expression.Filter filter -> {
        Arguments given = filter.arguments();
        Args args = new Args(filter.name(), all(given.positional(), scope), named(given, scope));
        yield Filters.apply(value(filter.value(), scope), args);
      }
      case Expression.Test test ->
          Tests.holds(
              test.name(), value(test.value(), scope), all(test.arguments().positional(), scope));
      case Expression.Not not -> !Values.isTrue(value(not.value(), scope));
      case Expression.Signed signed -> signed(signed.sign(), value(signed.value(), scope));
      case Expression.Binary binary -> binary(binary, scope);
      case Expression.Comparison comparison -> compare(comparison, scope);
      case Expression.Conditional conditional -> {
        if (Values.isTrue(value(conditional.test(), scope))) {
          yield value(conditional.then(), scope);
        }
        yield conditional.otherwise().isPresent()
            ? value(conditional.otherwise().get(), scope)
            : new Undefined("a condition without 'else' did not hold");
      }
    };
  }

  private Object value(Optional<Expression> expression, Scope scope) {
    return expression.map(present -> value(present, scope)).orElse(null);
  }

  private List<Object> all(List<Expression> expressions, Scope scope) {
    List<Object> values = new ArrayList<>();
    expressions.forEach(expression -> values.add(value(expression, scope)));
    return values;
  }

  private Map<String, Object> named(Arguments arguments, Scope scope) {
    Map<String, Object> values = new LinkedHashMap<>();
    arguments.named().forEach((name, expression) -> values.put(name, value(expression, scope)));
    return values;
  }

  private Object call(Expression.Call call, Scope scope) {
    return switch (value(call.function(), scope)) {
      case Callable function ->
          function.call(all(call.arguments().positional(), scope), named(call.arguments(), scope));
      case Undefined missing -> throw missing.error();
      case null -> throw new TemplateException("none cannot be called");
      case Object other -> throw new TemplateException(Values.typeOf(other) + " cannot be called");
    };
  }

  private static Object signed(char sign, Object value) {
    return sign == '-'
        ? value instanceof Double number ? (Object) (-number) : (Object) (-Values.whole(value))
        : value;
  }

  private Object binary(Expression.Binary binary, Scope scope) {
    Object left = value(binary.left(), scope);
    return switch (binary.operator()) {
      case "and" -> Values.isTrue(left) ? value(binary.right(), scope) : left;
      case "or" -> Values.isTrue(left) ? left : value(binary.right(), scope);
      default -> Operators.apply(binary.operator(), left, value(binary.right(), scope));
    };
  }

  private boolean compare(Expression.Comparison comparison, Scope scope) {
    Object left = value(comparison.first(), scope);
    for (Expression.Link link : comparison.links()) {
      Object right = value(link.value(), scope);
      if (!Operators.holds(link.operator(), left, right)) {
        return false;
      }
      left = right;
    }
    return true;
  }
}
