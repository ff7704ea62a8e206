package llmthreads.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.List;
import llmthreads.kernel.KernelClient.Channel;
import llmthreads.kernel.KernelClient.Exchange;
import llmthreads.kernel.wire.Message;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** One kernel, spoken to over its sockets; the last test ends it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KernelProtocolTest {
  private static KernelClient kernel;

  @BeforeAll
  static void start() throws IOException {
    kernel = KernelClient.start();
  }

  @AfterAll
  static void stop() {
    kernel.close();
  }

  @Test
  void aCellIsBusyThenEchoedThenAnsweredThenIdle() {
    Exchange cell = kernel.execute("1 + 1");
    assertEquals(
        List.of("status", "execute_input", "execute_result", "status"),
        cell.published().stream().map(Message::type).toList());
    assertEquals("2", cell.result());
    assertEquals("ok", cell.status());
  }

  @Test
  void kernelInfoNamesJavaAndTheProtocolItSpeaks() {
    JsonObject info = kernel.ask("kernel_info_request", new JsonObject()).reply().content();
    assertEquals("5.4", Message.string(info, "protocol_version"));
    assertEquals("java", Message.string(info.getAsJsonObject("language_info"), "name"));
  }

  @Test
  void theHeartbeatComesBack() {
    assertEquals("ping", kernel.beat("ping"));
  }

  @Test
  void aMessageWithAForgedSignatureIsNotRun() {
    kernel.sendRaw(Channel.SHELL, kernel.forged("System.exit(3)"));
    assertEquals("5", kernel.execute("2 + 3").result());
  }

  @Test
  void framesThatAreNoMessageAreDropped() {
    kernel.sendRaw(Channel.SHELL, List.of(new byte[] {1, 2, 3}));
    assertEquals("6", kernel.execute("3 + 3").result());
  }

  @Test
  void controlAnswersWhileACellRuns() {
    Message cell =
        kernel.submit(
            "{ System.out.println(1); new java.util.concurrent.CountDownLatch(1).await(); }");
    JsonObject info = kernel.control("kernel_info_request", new JsonObject());
    assertEquals("ok", Message.string(info, "status"));
    Exchange ended =
        kernel.finish(
            cell,
            message -> {
              if (message.type().equals("stream")) {
                kernel.control("interrupt_request", new JsonObject());
              }
            });
    assertTrue(ended.error().startsWith("Interrupted: "), ended.error());
    assertEquals("4", kernel.execute("2 + 2").result());
  }

  @Test
  void anEndlessLoopIsInterrupted() {
    Exchange ended =
        kernel.execute(
            "{ System.out.println(1); while (true) { } }",
            message -> {
              if (message.type().equals("stream")) {
                kernel.control("interrupt_request", new JsonObject());
              }
            });
    assertTrue(ended.error().contains("line 1"), ended.error());
  }

  @Test
  void whatThreadsPrintArrivesWholeAndBeforeIdle() {
    Exchange cell =
        kernel.execute(
            """
            var threads = new ArrayList<Thread>();
            for (int t = 0; t < 4; t++) {
              threads.add(Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 1000; i++) System.out.println("line");
              }));
            }
            for (var t : threads) t.join();
            """);
    assertEquals(4000, cell.printed("stdout").lines().filter("line"::equals).count());
    assertTrue(cell.of("stream").size() < 200, "text was not gathered");
  }

  @Test
  void inputGoesToTheCellThatAskedForIt() {
    Message cell = kernel.submit("new Scanner(System.in).nextLine().toUpperCase()");
    kernel.answerInput("typed");
    assertEquals("TYPED", kernel.finish(cell, _ -> {}).result());
  }

  @Test
  void aFailureAbortsWhatWaitsBehindIt() {
    Message first = kernel.submit("System.in.read(); throw new java.io.IOException(\"gone\");");
    Message second = kernel.submit("System.out.println(\"never\")");
    kernel.answerInput("go");
    assertEquals("java.io.IOException: gone", kernel.finish(first, _ -> {}).error());
    Exchange aborted = kernel.finish(second, _ -> {});
    assertEquals("aborted", aborted.status());
    assertEquals("", aborted.printed("stdout"));
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void shutdownEndsTheProcessEvenIfACellIsStuck() throws InterruptedException {
    kernel.awaitOutput(
        kernel.submit(
            """
            System.out.println(1);
            while (true) { try { new CountDownLatch(1).await(); } catch (Throwable t) { } }
            """));
    JsonObject reply = kernel.control("shutdown_request", new JsonObject());
    assertEquals("ok", Message.string(reply, "status"));
    assertEquals(0, kernel.process().awaitEnd());
  }
}
