package llmthreads.kernel.interpreter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CompileErrorsTest {
  @Test
  void linesOfAMessageBecomeOneSentence() {
    assertEquals(
        "Cannot find symbol: method foo(int).",
        CompileErrors.sentence(
            "cannot find symbol\n  symbol:   method foo(int)\n  location: class "));
  }

  @Test
  void thePlaceIsKeptWhereItSaysSomething() {
    assertEquals(
        "Cannot find symbol: method foo() in class String.",
        CompileErrors.sentence(
            "cannot find symbol\n  symbol:   method foo()\n  location: class String"));
  }

  @Test
  void otherLinesAreJoined() {
    assertEquals("One; two.", CompileErrors.sentence("one\n  two"));
  }

  @Test
  void theClassThatJShellPutsAroundAMethodIsNotTold() {
    assertEquals(
        "Method f in class A cannot be applied; required: int.",
        CompileErrors.sentence("method f in class A cannot be applied;\n required: int"));
    assertEquals(
        "Method f cannot be applied; required: int.",
        CompileErrors.sentence(
            "method f in class REPL.$JShell$12 cannot be applied;\n required: int"));
  }
}
