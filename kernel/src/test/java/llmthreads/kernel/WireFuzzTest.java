package llmthreads.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import llmthreads.kernel.KernelClient.Channel;
import llmthreads.kernel.wire.Codec;
import llmthreads.kernel.wire.Message;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A small kernel hears thousands of messages that are wrong in some way, and lives on. */
class WireFuzzTest {
  private static final long SEED = 20_261_128;
  private static final int MESSAGES = 3000;
  private static final int BETWEEN_CHECKS = 500;

  private static KernelClient kernel;

  @BeforeAll
  static void start() throws IOException {
    kernel = KernelClient.start("-Xmx128m");
  }

  @AfterAll
  static void stop() {
    kernel.close();
  }

  private static void check(String after) {
    assertTrue(kernel.process().isAlive(), () -> "dead after " + after);
    JsonObject info = kernel.control("kernel_info_request", new JsonObject());
    assertEquals("ok", Message.string(info, "status"), after);
    assertEquals("ok", kernel.ask("kernel_info_request", new JsonObject()).status(), after);
    assertEquals("2", kernel.execute("1 + 1").result(), after);
    assertEquals("beat", kernel.beat("beat"), after);
  }

  @Test
  void mutated_messages_are_dropped_or_answered_and_each_complaint_is_logged_once() {
    Mutations mutations = new Mutations(new SplittableRandom(SEED), new Codec(KernelClient.KEY));
    for (int i = 1; i <= MESSAGES; i++) {
      Channel channel = Channel.values()[i % Channel.values().length];
      kernel.sendRaw(channel, mutations.next(kernel));
      if (i % BETWEEN_CHECKS == 0) {
        check(i + " messages of seed " + SEED);
      }
    }
    String log = kernel.process().log();
    assertFalse(log.contains(KernelClient.KEY), "the key is in the log");
    assertFalse(log.contains("\tat "), log);
    List<String> lines = log.lines().toList();
    assertEquals(lines.stream().distinct().toList(), lines);
  }

  @Test
  void an_execute_request_without_code_is_answered_with_an_error() {
    JsonObject reply = kernel.ask("execute_request", new JsonObject()).reply().content();
    assertEquals("error", Message.string(reply, "status"));
    assertTrue(Message.string(reply, "evalue").contains("lacks the text 'code'"), reply.toString());
  }

  @Test
  void a_type_that_nobody_knows_is_logged_once() {
    for (int i = 0; i < 3; i++) {
      Message unknown = kernel.message("unheard_of_request", new JsonObject());
      kernel.sendRaw(Channel.SHELL, new Codec(KernelClient.KEY).encode(unknown));
    }
    check("an unknown type");
    assertEquals(2, kernel.process().log().split("'unheard_of_request'", -1).length);
  }

  @Test
  void a_cell_sent_on_the_control_channel_waits_for_its_turn() {
    Message cell = kernel.submit("System.out.println(1); String line = IO.readln(); line");
    kernel.awaitOutput(cell);
    Message second = kernel.submitOnControl("line + 1");
    JsonObject info = kernel.control("kernel_info_request", new JsonObject());
    assertEquals("ok", Message.string(info, "status"));
    kernel.answerInput("typed");
    assertEquals("typed", kernel.finish(cell, _ -> {}).result());
    assertEquals("ok", Message.string(kernel.controlReply(second), "status"));
  }

  @Test
  void bytes_that_are_no_zeromq_end_their_connection_only() throws IOException {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < 100; i++) {
      byte[] noise = new byte[random.nextInt(1, 2000)];
      random.nextBytes(noise);
      sendBytes(i, noise);
    }
    check("noise");
  }

  @Test
  void a_frame_that_claims_to_be_huge_takes_no_memory() throws IOException {
    for (long claimed : new long[] {100 << 20, Integer.MAX_VALUE, 1L << 40, Long.MAX_VALUE, -1}) {
      for (int i = 0; i < 10; i++) {
        ByteBuffer bytes = ByteBuffer.allocate(256).put(greeting()).put((byte) 2).putLong(claimed);
        sendBytes(i, bytes.array());
      }
    }
    check("claims of huge frames");
  }

  @Test
  void connections_that_break_the_rules_of_zeromq_end_alone() throws IOException {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < 300; i++) {
      byte[] bytes = Arrays.copyOf(greeting(), 94 + 200);
      for (int flips = random.nextInt(1, 8); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      sendBytes(i, bytes);
    }
    check("broken handshakes");
  }

  private static void sendBytes(int channel, byte[] bytes) throws IOException {
    List<Integer> ports = kernel.process().ports();
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), ports.get(channel % ports.size()))) {
      OutputStream out = socket.getOutputStream();
      out.write(bytes);
      out.flush();
      socket.setSoTimeout(20);
      drain(socket);
    } catch (IOException refused) {
      // The kernel has closed the connection, which it may.
    }
  }

  private static void drain(Socket socket) throws IOException {
    byte[] answer = new byte[1024];
    while (socket.getInputStream().read(answer) >= 0) {
      // Until the kernel closes the connection or says no more.
    }
  }

  /** How a ZMTP 3.0 client without security introduces itself as a dealer. */
  private static byte[] greeting() {
    ByteBuffer bytes = ByteBuffer.allocate(64 + 2 + 6 + 12 + 4 + 6);
    bytes.put((byte) 0xff).position(9);
    bytes.put((byte) 0x7f).put((byte) 3).put((byte) 0);
    bytes.put("NULL".getBytes(StandardCharsets.US_ASCII)).position(64);
    bytes.put((byte) 4).put((byte) 28);
    put(bytes, "READY");
    put(bytes, "Socket-Type");
    bytes.putInt(6).put("DEALER".getBytes(StandardCharsets.US_ASCII));
    return bytes.array();
  }

  private static void put(ByteBuffer bytes, String name) {
    bytes.put((byte) name.length()).put(name.getBytes(StandardCharsets.US_ASCII));
  }
}
