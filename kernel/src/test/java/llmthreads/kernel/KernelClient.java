package llmthreads.kernel;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import llmthreads.kernel.wire.Codec;
import llmthreads.kernel.wire.Message;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * The protocol's other side for tests: starts a kernel as a process of its own and talks to it as
 * Jupyter does.
 */
final class KernelClient implements AutoCloseable {
  private static final int TIMEOUT_MS = 60_000;
  static final String KEY = "a key for tests";

  private final Codec codec;
  private final String session = UUID.randomUUID().toString();
  private final ZContext context = new ZContext();
  private final KernelProcess process;
  private final ZMQ.Socket shell;
  private final ZMQ.Socket control;
  private final ZMQ.Socket stdin;
  private final ZMQ.Socket iopub;
  private final ZMQ.Socket heartbeat;

  /**
   * What a request has brought about: its reply, and what was published about it before the kernel
   * was idle again.
   */
  record Exchange(Message reply, List<Message> published) {
    String status() {
      return Message.string(reply.content(), "status");
    }

    List<JsonObject> of(String type) {
      return published.stream()
          .filter(each -> each.type().equals(type))
          .map(Message::content)
          .toList();
    }

    String printed(String stream) {
      StringBuilder text = new StringBuilder();
      of("stream").stream()
          .filter(each -> Message.string(each, "name").equals(stream))
          .forEach(each -> text.append(Message.string(each, "text")));
      return text.toString();
    }

    /** The plain text of the value, or null. */
    String result() {
      return of("execute_result").stream()
          .map(each -> Message.string(each.getAsJsonObject("data"), "text/plain"))
          .findFirst()
          .orElse(null);
    }

    String error() {
      return of("error").stream()
          .map(each -> Message.string(each, "ename") + ": " + Message.string(each, "evalue"))
          .findFirst()
          .orElse(null);
    }
  }

  private KernelClient(KernelProcess process, String key) {
    codec = new Codec(key);
    this.process = process;
    List<Integer> ports = process.ports();
    shell = connect(SocketType.DEALER, ports.get(0));
    control = connect(SocketType.DEALER, ports.get(1));
    iopub = connect(SocketType.SUB, ports.get(2));
    iopub.subscribe(ZMQ.SUBSCRIPTION_ALL);
    stdin = connect(SocketType.DEALER, ports.get(3));
    heartbeat = connect(SocketType.REQ, ports.get(4));
  }

  /** Starts a kernel and waits until it is heard on every channel. */
  static KernelClient start(String... jvmFlags) throws IOException {
    return of(KernelProcess.start(KEY, jvmFlags), KEY);
  }

  /** Waits until a kernel is heard on every channel. */
  static KernelClient of(KernelProcess process, String key) {
    KernelClient client = new KernelClient(process, key);
    client.awaitIopub();
    return client;
  }

  KernelProcess process() {
    return process;
  }

  /** Runs a cell to its end. */
  Exchange execute(String code) {
    return execute(code, _ -> {});
  }

  /** Runs a cell to its end; {@code onMessage} sees what is published while it runs. */
  Exchange execute(String code, Consumer<Message> onMessage) {
    return finish(send(shell, "execute_request", cell(code)), onMessage);
  }

  /** Sends a cell and does not wait. */
  Message submit(String code) {
    return send(shell, "execute_request", cell(code));
  }

  /** Waits until a cell that {@link #submit} has sent prints something. */
  void awaitOutput(Message request) {
    receive(iopub, each -> isAbout(each, request) && each.type().equals("stream"));
  }

  /** Waits for the end of what {@link #submit} has sent. */
  Exchange finish(Message request, Consumer<Message> onMessage) {
    List<Message> published = new ArrayList<>();
    boolean idle = false;
    while (!idle) {
      Message message = receive(iopub, each -> isAbout(each, request));
      onMessage.accept(message);
      published.add(message);
      idle = Message.string(message.content(), "execution_state").equals("idle");
    }
    return new Exchange(receive(shell, each -> isAbout(each, request)), published);
  }

  /** Asks on the shell channel. */
  Exchange ask(String type, JsonObject content) {
    return finish(send(shell, type, content), _ -> {});
  }

  /** Asks on the control channel and waits for the reply only. */
  JsonObject control(String type, JsonObject content) {
    return controlReply(send(control, type, content));
  }

  /** Sends a cell on the control channel and does not wait. */
  Message submitOnControl(String code) {
    return send(control, "execute_request", cell(code));
  }

  /** Waits for the reply to what was sent on the control channel. */
  JsonObject controlReply(Message request) {
    return receive(control, each -> isAbout(each, request)).content();
  }

  /** Waits for a request for input and answers it. */
  void answerInput(String line) {
    Message request = receive(stdin, each -> each.type().equals("input_request"));
    JsonObject content = new JsonObject();
    content.addProperty("value", line);
    send(
        stdin,
        new Message(
            List.of(),
            header("input_reply"),
            request.header(),
            new JsonObject(),
            content,
            List.of()));
  }

  /** Channels that take any frames. */
  enum Channel {
    SHELL,
    CONTROL,
    STDIN
  }

  /** Sends frames as they are. */
  void sendRaw(Channel channel, List<byte[]> frames) {
    send(
        switch (channel) {
          case SHELL -> shell;
          case CONTROL -> control;
          case STDIN -> stdin;
        },
        frames);
  }

  /** A message as this client would send it. */
  Message message(String type, JsonObject content) {
    return new Message(
        List.of(), header(type), new JsonObject(), new JsonObject(), content, List.of());
  }

  /** The frames of a cell signed with another key. */
  List<byte[]> forged(String code) {
    return new Codec("another key").encode(message("execute_request", cell(code)));
  }

  /** What the heartbeat channel sends back. */
  String beat(String text) {
    heartbeat.send(text);
    return new String(heartbeat.recv(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    process.close();
    context.close();
  }

  private ZMQ.Socket connect(SocketType type, int port) {
    ZMQ.Socket socket = context.createSocket(type);
    socket.setReceiveTimeOut(TIMEOUT_MS);
    socket.setHWM(0);
    if (type == SocketType.DEALER) {
      socket.setIdentity(session.getBytes(StandardCharsets.US_ASCII));
    }
    socket.connect("tcp://127.0.0.1:" + port);
    return socket;
  }

  /** A subscription takes effect some time after it was made: ask until an answer is heard. */
  private void awaitIopub() {
    iopub.setReceiveTimeOut(500);
    byte[] heard = null;
    while (heard == null && process.isAlive()) {
      Message request = send(shell, "kernel_info_request", new JsonObject());
      receive(shell, each -> isAbout(each, request));
      heard = iopub.recv();
    }
    iopub.setReceiveTimeOut(TIMEOUT_MS);
    while (iopub.hasReceiveMore()) {
      iopub.recv();
    }
  }

  private Message send(ZMQ.Socket socket, String type, JsonObject content) {
    return send(socket, message(type, content));
  }

  private Message send(ZMQ.Socket socket, Message message) {
    send(socket, codec.encode(message));
    return message;
  }

  private static void send(ZMQ.Socket socket, List<byte[]> frames) {
    for (int i = 0; i < frames.size(); i++) {
      socket.send(frames.get(i), i < frames.size() - 1 ? ZMQ.SNDMORE : 0);
    }
  }

  private Message receive(ZMQ.Socket socket, Predicate<Message> wanted) {
    while (true) {
      List<byte[]> frames = new ArrayList<>();
      do {
        byte[] frame = socket.recv();
        if (frame == null) {
          throw new AssertionError("The kernel said nothing for " + TIMEOUT_MS + " ms.");
        }
        frames.add(frame);
      } while (socket.hasReceiveMore());
      Message message = codec.decode(frames);
      if (wanted.test(message)) {
        return message;
      }
    }
  }

  private static boolean isAbout(Message message, Message request) {
    return Message.string(message.parentHeader(), "msg_id").equals(request.id());
  }

  private static JsonObject cell(String code) {
    JsonObject content = new JsonObject();
    content.addProperty("code", code);
    return content;
  }

  private JsonObject header(String type) {
    JsonObject header = new JsonObject();
    header.addProperty("msg_id", UUID.randomUUID().toString());
    header.addProperty("msg_type", type);
    header.addProperty("session", session);
    header.addProperty("username", "test");
    header.addProperty("version", Message.PROTOCOL_VERSION);
    return header;
  }
}
