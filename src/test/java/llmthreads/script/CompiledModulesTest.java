package llmthreads.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import ai.djl.pytorch.engine.PtSymbolBlock;
import org.junit.jupiter.api.Test;

class CompiledModulesTest {
  private int compiled;

  @Test
  void a_text_is_compiled_once_however_many_use_it_at_once_or_soon_after() {
    PtSymbolBlock first = take("shared", 0);
    assertSame(first, take("shared", 0));
    giveBack("shared", 0);
    giveBack("shared", 0);
    assertSame(first, take("shared", 0));
    giveBack("shared", 0);
    assertEquals(1, compiled);
  }

  @Test
  void what_nobody_uses_goes_when_others_have_come_and_what_is_used_stays() {
    PtSymbolBlock used = take("used", 0);
    PtSymbolBlock spare = take("spare", 0);
    giveBack("spare", 0);
    for (int i = 1; i <= 40; i++) {
      take("passing", i);
      giveBack("passing", i);
    }
    assertSame(used, take("used", 0));
    assertNotSame(spare, take("spare", 0));
    giveBack("used", 0);
    giveBack("used", 0);
    giveBack("spare", 0);
  }

  private PtSymbolBlock take(String name, int number) {
    return CompiledModules.take(text(name, number), this::compile);
  }

  private static void giveBack(String name, int number) {
    CompiledModules.giveBack(text(name, number));
  }

  private PtSymbolBlock compile(String text) {
    compiled++;
    return Script.load(text);
  }

  private static String text(String name, int number) {
    return "def %s(self) -> int:\n  return %d\n".formatted(name, number);
  }
}
