package llmthreads.model.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** What operators do between two values. */
final class Operators {
  private Operators() {}

  static Object apply(String operator, Object left, Object right) {
    if (operator.equals("~")) {
      return Values.shown(left) + Values.shown(right);
    }
    refuseUndefined(left);
    refuseUndefined(right);
    if (Values.isNumber(left) && Values.isNumber(right)) {
      return arithmetic(operator, left, right);
    }
    if (operator.equals("+") && left instanceof String a && right instanceof String b) {
      return a + b;
    }
    if (operator.equals("+") && left instanceof List<?> a && right instanceof List<?> b) {
      List<Object> both = new ArrayList<>(a);
      both.addAll(b);
      return both;
    }
    if (operator.equals("*") && right instanceof Long times) {
      return repeated(left, times);
    }
    if (operator.equals("*") && left instanceof Long times) {
      return repeated(right, times);
    }
    throw new TemplateException(
        "'%s' does not go between %s and %s"
            .formatted(operator, Values.typeOf(left), Values.typeOf(right)));
  }

  static boolean holds(String operator, Object left, Object right) {
    return switch (operator) {
      case "==" -> Values.equal(left, right);
      case "!=" -> !Values.equal(left, right);
      case "in" -> isIn(left, right);
      case "not in" -> !isIn(left, right);
      default -> {
        refuseUndefined(left);
        refuseUndefined(right);
        int order = Values.compare(left, right);
        yield switch (operator) {
          case "<" -> order < 0;
          case "<=" -> order <= 0;
          case ">" -> order > 0;
          default -> order >= 0;
        };
      }
    };
  }

  static boolean isIn(Object item, Object all) {
    return switch (all) {
      case String text -> text.contains(Values.text(item));
      case List<?> list -> list.stream().anyMatch(other -> Values.equal(item, other));
      case Map<?, ?> map -> map.containsKey(item);
      case Undefined _ -> false;
      case null, default -> throw new TemplateException(Values.typeOf(all) + " has no items");
    };
  }

  private static Object arithmetic(String operator, Object left, Object right) {
    boolean decimal = left instanceof Double || right instanceof Double;
    try {
      return switch (operator) {
        case "+", "-", "*" ->
            decimal
                ? (Object) inDecimals(operator, Values.decimal(left), Values.decimal(right))
                : inWholes(operator, Values.whole(left), Values.whole(right));
        case "/" -> Values.decimal(left) / nonZero(Values.decimal(right));
        case "//" ->
            decimal
                ? (Object) Math.floor(Values.decimal(left) / nonZero(Values.decimal(right)))
                : (Object) Math.floorDiv(Values.whole(left), Values.whole(right));
        case "%" ->
            decimal
                ? (Object) remainder(Values.decimal(left), nonZero(Values.decimal(right)))
                : (Object) Math.floorMod(Values.whole(left), Values.whole(right));
        default -> power(left, right, decimal);
      };
    } catch (ArithmeticException e) {
      throw new TemplateException("'%s' fails: %s".formatted(operator, e.getMessage()));
    }
  }

  private static double inDecimals(String operator, double left, double right) {
    return switch (operator) {
      case "+" -> left + right;
      case "-" -> left - right;
      default -> left * right;
    };
  }

  private static long inWholes(String operator, long left, long right) {
    return switch (operator) {
      case "+" -> Math.addExact(left, right);
      case "-" -> Math.subtractExact(left, right);
      default -> Math.multiplyExact(left, right);
    };
  }

  private static Object power(Object left, Object right, boolean decimal) {
    if (decimal || Values.whole(right) < 0) {
      return Math.pow(Values.decimal(left), Values.decimal(right));
    }
    return BigInteger.valueOf(Values.whole(left))
        .pow((int) Math.min(Values.whole(right), 4096))
        .longValueExact();
  }

  private static double nonZero(double divisor) {
    if (divisor == 0) {
      throw new ArithmeticException("division by zero");
    }
    return divisor;
  }

  private static double remainder(double left, double right) {
    double rest = left % right;
    return rest != 0 && rest < 0 != right < 0 ? rest + right : rest;
  }

  private static Object repeated(Object value, long times) {
    int count = Math.clamp(times, 0, Budget.CHARACTERS + 1);
    if (value instanceof String text) {
      if ((long) text.length() * count > Budget.CHARACTERS) {
        throw Budget.tooMuchText();
      }
      return text.repeat(count);
    }
    if (value instanceof List<?> list && (long) list.size() * count < Budget.STEPS) {
      return Collections.nCopies(count, list).stream().flatMap(List::stream).toList();
    }
    throw new TemplateException(Values.typeOf(value) + " cannot be repeated so often");
  }

  private static void refuseUndefined(Object value) {
    if (value instanceof Undefined missing) {
      throw missing.error();
    }
  }
}
