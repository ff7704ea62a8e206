package llmthreads.model.jinja;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The tests: {@code value is name(arguments)}. */
final class Tests {
  private Tests() {}

  static boolean holds(String name, Object value, List<Object> arguments) {
    Args args = new Args(name, arguments, Map.of());
    return switch (name) {
      case "defined" -> !(value instanceof Undefined);
      case "undefined" -> value instanceof Undefined;
      case "none" -> value == null;
      case "boolean" -> value instanceof Boolean;
      case "true" -> Boolean.TRUE.equals(value);
      case "false" -> Boolean.FALSE.equals(value);
      case "string" -> value instanceof String;
      case "number" -> Values.isNumber(value);
      case "integer" -> value instanceof Long;
      case "float" -> value instanceof Double;
      case "mapping" -> value instanceof Map;
      case "iterable" -> isSequence(value) || value instanceof Undefined;
      case "sequence" -> isSequence(value) || value instanceof Undefined;
      case "callable" -> value instanceof Callable;
      case "sameas" ->
          value == args.get(0, "other") || value != null && value.equals(args.get(0, "other"));
      case "eq", "equalto", "==" -> Values.equal(value, args.get(0, "other"));
      case "ne", "!=" -> !Values.equal(value, args.get(0, "other"));
      case "lt", "lessthan", "<" -> Operators.holds("<", value, args.get(0, "other"));
      case "le", "<=" -> Operators.holds("<=", value, args.get(0, "other"));
      case "gt", "greaterthan", ">" -> Operators.holds(">", value, args.get(0, "other"));
      case "ge", ">=" -> Operators.holds(">=", value, args.get(0, "other"));
      case "in" -> Operators.isIn(value, args.get(0, "seq"));
      case "odd" -> Math.floorMod(Values.whole(value), 2L) == 1;
      case "even" -> Math.floorMod(Values.whole(value), 2L) == 0;
      case "divisibleby" ->
          Math.floorMod(Values.whole(value), Values.whole(args.get(0, "num"))) == 0;
      case "lower" -> Values.text(value).equals(Values.text(value).toLowerCase(Locale.ROOT));
      case "upper" -> Values.text(value).equals(Values.text(value).toUpperCase(Locale.ROOT));
      default ->
          throw new TemplateException("this project does not know the test '%s'".formatted(name));
    };
  }

  private static boolean isSequence(Object value) {
    return value instanceof String || value instanceof List || value instanceof Map;
  }
}
