package llmthreads.kernel.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** What waits for clients is bounded, and who reads loses nothing. */
class IoPubTest {
  private static final String ADDRESS = "inproc://everyone";
  private static final int MESSAGES = 1000;

  /** What a subscriber of this test holds itself, and a margin for what is under way. */
  private static final int MOST_HELD = 40;

  private static final int BIG = 1 << 22;
  private static final int BIG_MESSAGES = 24;
  private static final long MOST_BYTES_HELD = 1L << 26;

  private final ZContext context = new ZContext();
  private final Codec codec = new Codec("");
  private final IoPub iopub = new IoPub(context, new Complaints(), ADDRESS, codec, "a session");

  @BeforeEach
  void start() {
    iopub.start();
  }

  @AfterEach
  void close() throws InterruptedException {
    iopub.close();
    iopub.join(1000);
    context.close();
  }

  @Test
  void a_client_that_reads_late_loses_nothing() throws InterruptedException {
    ZMQ.Socket late = subscribe();
    Thread cell = Thread.ofPlatform().start(this::showAll);
    cell.join(500);
    for (int i = 0; i < MESSAGES; i++) {
      assertEquals(i, number(late));
    }
    cell.join();
  }

  @Test
  void a_client_that_stops_reading_holds_a_bounded_part_and_others_get_all() {
    ZMQ.Socket stuck = subscribe();
    ZMQ.Socket reader = subscribe();
    Thread.ofPlatform().start(this::showAll);
    for (int i = 0; i < MESSAGES; i++) {
      assertEquals(i, number(reader));
    }
    stuck.setReceiveTimeOut(1000);
    int held = 0;
    for (Integer next = number(stuck); next != null; next = number(stuck)) {
      assertEquals(held++, next);
    }
    assertTrue(held < MOST_HELD, held + " messages waited for a client that does not read");
  }

  @Test
  void cells_wait_when_big_messages_wait_for_clients() throws InterruptedException {
    ZMQ.Socket late = subscribe();
    AtomicInteger shown = new AtomicInteger();
    Thread cell = Thread.ofPlatform().start(() -> showBig(shown));
    cell.join(1000);
    long held = (long) BIG * shown.get();
    assertTrue(held < MOST_BYTES_HELD, held + " bytes waited for a client that reads late");
    for (int i = 0; i < BIG_MESSAGES; i++) {
      assertEquals(i, number(late));
    }
    cell.join();
  }

  private void showAll() {
    for (int i = 0; i < MESSAGES; i++) {
      show(i, "");
    }
  }

  private void showBig(AtomicInteger shown) {
    String filling = "x".repeat(BIG);
    for (int i = 0; i < BIG_MESSAGES; i++) {
      show(i, filling);
      shown.incrementAndGet();
    }
  }

  private void show(int number, String filling) {
    JsonObject content = new JsonObject();
    content.addProperty("number", number);
    content.addProperty("filling", filling);
    iopub.show(Message.broadcast(new JsonObject(), "display_data", "a session", content));
  }

  private ZMQ.Socket subscribe() {
    ZMQ.Socket socket = context.createSocket(SocketType.SUB);
    socket.setReceiveTimeOut(60_000);
    socket.setRcvHWM(1);
    socket.subscribe(ZMQ.SUBSCRIPTION_ALL);
    socket.connect(ADDRESS);
    assertEquals("iopub_welcome", receive(socket).type());
    return socket;
  }

  /** The number that the next message of the cell carries, or null if none comes. */
  private Integer number(ZMQ.Socket socket) {
    Message message = receive(socket);
    while (message != null && message.type().equals("iopub_welcome")) {
      message = receive(socket);
    }
    return message == null ? null : message.content().get("number").getAsInt();
  }

  private Message receive(ZMQ.Socket socket) {
    List<byte[]> frames = new ArrayList<>();
    do {
      byte[] frame = socket.recv();
      if (frame == null) {
        return null;
      }
      frames.add(frame);
    } while (socket.hasReceiveMore());
    return codec.decode(frames);
  }
}
