package llmthreads.kernel.interpreter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainExpressionTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "1 + 1",
        "a <= b == c >= d",
        "new int[3].length",
        "x instanceof String",
        "f(a, b)[0]",
        "\"a = b; c ? d : e\" + ';' // -> ?",
        "\"\"\"\n  a; b\n  \"\"\"",
        "List.<String>of()"
      })
  void expressions_with_a_type_of_their_own_are(String source) {
    assertEquals(
        Optional.of("java.lang.Object v = (" + source + "\n);"),
        PlainExpression.assigned("v", source));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a ? b : c",
        "switch (a) { default -> 1; }",
        "a = 1",
        "a <<= 1",
        "a += 1",
        "int a",
        "return 1",
        "a, b",
        "1) + (2",
        "f(",
        "f();",
        "x -> x",
        "String::length",
        "@A class B {}"
      })
  void what_depends_on_a_target_or_is_no_expression_is_not(String source) {
    assertEquals(Optional.empty(), PlainExpression.assigned("v", source));
  }

  @Test
  void literals_may_be_of_any_length() {
    String text = "\\\";".repeat(1 << 16);
    for (String literal :
        List.of(
            "\"" + text + "\"",
            "\"\"\"\n" + text + "\n\"\"\"",
            "'a' + 1 /* " + text + " */",
            "1 // " + text)) {
      assertTrue(PlainExpression.assigned("v", literal).isPresent());
      assertTrue(PlainExpression.assigned("v", "f(" + literal + "\n);").isEmpty());
    }
  }
}
