package llmthreads.kernel.interpreter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import llmthreads.kernel.display.MimeBundle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the interpreter makes of cells; the protocol is tested elsewhere. */
public class JavaInterpreterTest {
  private static final List<String> WARNINGS = new ArrayList<>();
  private static JavaInterpreter java;

  /** Cells of these tests reach it by its name. */
  public static final CountDownLatch STARTED = new CountDownLatch(1);

  public static final CountDownLatch LATE = new CountDownLatch(1);
  public static final CountDownLatch POOLED = new CountDownLatch(1);

  private static final String NAME = JavaInterpreterTest.class.getName();

  @BeforeAll
  static void start() {
    java = new JavaInterpreter(Settings.of(Map.of(), WARNINGS::add), WARNINGS::add);
  }

  @AfterAll
  static void stop() {
    java.close();
  }

  private static String value(String code) {
    Outcome.Done done = assertInstanceOf(Outcome.Done.class, java.execute(code, 7), code);
    return done.value() == null ? null : done.value().data().get(MimeBundle.TEXT).getAsString();
  }

  private static Outcome.Failed failure(String code) {
    return assertInstanceOf(Outcome.Failed.class, java.execute(code, 7), code);
  }

  private static String trace(String code) {
    return String.join("\n", failure(code).trace()).replaceAll("\u001b\\[[0-9;]*m", "");
  }

  private static Thread interruptAfter(CountDownLatch moment) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                moment.await();
                java.interrupt();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  @Test
  void theLastExpressionIsTheValue() {
    assertEquals("5", value("int a = 2;\nint b = 3;\na + b"));
    assertNull(value("int c = 2;"));
    assertEquals("2", value("c;"));
  }

  @Test
  void printingHasNoValue() {
    assertNull(value("System.out.printf(\"%d%n\", 1);"));
    assertNull(value("System.err.append(\"1\")"));
  }

  @Test
  void theValueOfAnAssignmentIsShownAsJavaHasIt() {
    assertEquals("4", value("int assigned;\nassigned = 4"));
  }

  @Test
  void theValueOfAnExpressionIsWhatJShellMakesOfIt() {
    assertEquals("1.0", value("true ? 1 : 2.0"));
    assertEquals("1.0", value("switch (1) { case 1 -> 1; default -> 2.0; }"));
    assertEquals("[]", value("java.util.List.of()"));
    assertEquals("c", value("'c'"));
    assertEquals("3", value("1 + /* ) */ 2 // )"));
    assertNull(value("Thread.onSpinWait()"));
    assertNull(value("null"));
    assertEquals("CompilationError", failure("1) + (2").name());
  }

  @Test
  void theValueOfAnExpressionLeavesNoVariableBehind() {
    assertEquals("3", value("1 + 2"));
    failure("List.of().getFirst()");
    assertEquals(
        List.of(), java.declarations().stream().filter(each -> each.contains("$")).toList());
  }

  @Test
  void theValueOfAnExpressionIsLetGo() {
    value("import java.lang.ref.WeakReference;\nWeakReference<Object> seen;");
    value("Object look(Object value) { seen = new WeakReference<>(value); return value; }");
    value("look(new Object())");
    assertEquals("true", value("System.gc();\nseen.refersTo(null)"));
  }

  @Test
  void declarationsMayUseWhatComesLater() {
    String code =
        """
        int first() { return new Second().n(); }
        class Second { int n() { return 3; } }
        first()\
        """;
    assertEquals("3", value(code));
  }

  @Test
  void linesOfTracesAreThoseOfTheCellWithCommentsAndBlankLinesCounted() {
    String trace = trace("// one\n\nint d(int x) {\n  // four\n  return 1 / x;\n}\n\nd(\n  0)");
    assertTrue(trace.contains("at d, cell [7], line 5\n        return 1 / x;"), trace);
    assertTrue(trace.contains("at cell [7], line 8"), trace);
    assertFalse(trace.contains("REPL"), trace);
  }

  @Test
  void aCompileErrorIsMarkedInTheCellsOwnText() {
    String trace = trace("int ok = 1;\n\tint bad = \"text\";");
    assertTrue(
        trace.endsWith(
            "line 2: Incompatible types: java.lang.String cannot be converted to int.\n"
                + "    2 | \tint bad = \"text\";\n        \t          ^^^^^^"),
        trace);
  }

  @Test
  void aCellThatDoesNotParseDoesNotRunAtAll() {
    failure("int before = 1;\nint broken = ;");
    assertEquals("Cannot find symbol: variable before.", failure("before").message());
  }

  @Test
  void messagesDoNotShowHowCellsAreWrapped() {
    assertEquals(
        "Cannot invoke \"String.length()\" because \"nothing\" is null",
        failure("String nothing = null;\nnothing.length()").message());
  }

  @Test
  void recordsWithACompactConstructorGetAHint() {
    assertTrue(failure("record P(int x) { P { } }").message().contains("write the word public"));
  }

  @Test
  void aRendererThatThrowsLeavesTheText() {
    WARNINGS.clear();
    String code =
        "class Shy implements llmthreads.kernel.display.Displayable {\n"
            + "  public llmthreads.kernel.display.MimeBundle present() { throw new"
            + " RuntimeException(\"shy\"); }\n"
            + "  public String toString() { return \"Shy!\"; }\n"
            + "}\n"
            + "new Shy()";
    assertEquals("Shy!", value(code));
    assertTrue(WARNINGS.toString().contains("shy"), WARNINGS.toString());
  }

  @Test
  void anInterruptEndsALoopAndTheSessionGoesOn() throws InterruptedException {
    Thread interrupter = interruptAfter(STARTED);
    assertEquals(
        "Interrupted", failure("{ " + NAME + ".STARTED.countDown(); while (true) { } }").name());
    interrupter.join();
    assertEquals("2", value("1 + 1"));
  }

  @Test
  void anInterruptReachesThreadsThatGotNoCoreUntilTheNextCell() throws InterruptedException {
    String start =
        """
        import java.util.concurrent.Semaphore;
        Semaphore core = new Semaphore(0);
        Runnable work = () -> { core.acquireUninterruptibly(); while (true) { } };
        Thread late = new Thread(work);
        late.start();
        CompletableFuture<?> pooled = CompletableFuture.runAsync(work);
        while (core.getQueueLength() < 2) { Thread.yield(); }
        TEST.LATE.countDown();
        while (true) { }\
        """;
    Thread interrupter = interruptAfter(LATE);
    assertEquals("Interrupted", failure(start.replace("TEST", NAME)).name());
    interrupter.join();
    value(
        "core.release(2);\n"
            + "late.join(20_000);\n"
            + "pooled.handle((value, end) -> end != null).get(20,"
            + " java.util.concurrent.TimeUnit.SECONDS)");
    assertEquals("false", value("late.isAlive()"));
  }

  @Test
  void aPoolOfAnInterruptedCellServesTheNextOne() throws InterruptedException {
    String start =
        """
        import java.util.concurrent.Executors;
        var pool = Executors.newFixedThreadPool(1);
        pool.submit(() -> 1).get();
        TEST.POOLED.countDown();
        while (true) { }\
        """;
    Thread interrupter = interruptAfter(POOLED);
    assertEquals("Interrupted", failure(start.replace("TEST", NAME)).name());
    interrupter.join();
    assertEquals("7", value("pool.submit(() -> 7).get()"));
  }

  @Test
  void anInterruptOfNothingIsForgotten() {
    java.interrupt();
    assertEquals("2", value("1 + 1"));
  }

  @Test
  void settingsOfAThreadLastFromCellToCell() {
    value("var local = new ThreadLocal<String>();\nlocal.set(\"kept\");");
    assertEquals("kept", value("local.get()"));
  }
}
