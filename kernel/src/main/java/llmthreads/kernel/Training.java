package llmthreads.kernel;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import llmthreads.kernel.wire.Codec;
import llmthreads.kernel.wire.ConnectionFile;
import llmthreads.kernel.wire.Log;
import llmthreads.kernel.wire.Message;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * A short session of a kernel with a client in the same process, from which the JVM learns what the
 * start of a kernel and its first cells need: {@code java -XX:AOTCacheOutput=FILE -cp …
 * llmthreads.kernel.Training}.
 */
public final class Training {
  private static final int TIMEOUT_MS = 60_000;

  /** How often the session's cells run: often enough for the JVM to see which methods are hot. */
  private static final int TIMES = 5;

  private static final String ENDLESS = "System.out.println(\"endless\"); while (true) { }";

  private static final List<String> CELLS =
      List.of(
          "1+1",
          "int x = 3; String text = \"x is \" + x;\ntext",
          "for (int i = 0; i < 3; i++) { System.out.println(i); }",
          "record Point(int x, int y) {}\nvar points = List.of(new Point(1, 2), new Point(3, 4));",
          "double length(Point p) { return Math.hypot(p.x(), p.y()); }",
          "points.stream().mapToDouble(p -> length(p)).sum()",
          "Map.of(\"one\", 1)",
          "display(\"shown\");",
          "undeclared + 1",
          "throw new IllegalStateException(\"thrown\");");

  private final ConnectionFile connection;
  private final Codec codec;
  private final ZContext context = new ZContext();
  private final ZMQ.Socket shell;
  private final ZMQ.Socket iopub;
  private final Kernel kernel;

  private Training() throws IOException {
    List<Integer> ports = freePorts(5);
    connection =
        new ConnectionFile(
            "tcp",
            InetAddress.getLoopbackAddress().getHostAddress(),
            ports.get(0),
            ports.get(1),
            ports.get(2),
            ports.get(3),
            ports.get(4),
            ConnectionFile.HMAC_SHA256,
            UUID.randomUUID().toString());
    codec = new Codec(connection.key());
    kernel = new Kernel(connection, Training::stop, status -> {});
    shell = connect(SocketType.DEALER, connection.shellPort());
    iopub = connect(SocketType.SUB, connection.iopubPort());
    iopub.subscribe(ZMQ.SUBSCRIPTION_ALL);
  }

  /** Runs the session; the status is 0 when the kernel has answered everything. */
  public static void main(String[] arguments) {
    int status = 0;
    try {
      Training training = new Training();
      Thread.ofPlatform().daemon().name("kernel").start(training::serve);
      training.session();
    } catch (IOException | RuntimeException e) {
      Log.warn("The start of kernels is not made faster.", e);
      status = 1;
    }
    System.exit(status);
  }

  /** A kernel that hears nobody would let this wait for ever. */
  private static void stop(Throwable cause) {
    Log.warn("The start of kernels is not made faster.", cause);
    Runtime.getRuntime().halt(1);
  }

  private void serve() {
    try {
      kernel.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void session() {
    ask("kernel_info_request", new JsonObject());
    receive(iopub, message -> message.type().equals("iopub_welcome"));
    for (int i = 0; i < TIMES; i++) {
      CELLS.forEach(cell -> ask("execute_request", code(cell)));
      ask("is_complete_request", code("for (int i = 0;"));
      ask("complete_request", code("text.le"));
      ask("inspect_request", code("text.length"));
    }
    Message endless = send("execute_request", code(ENDLESS));
    receive(iopub, message -> message.type().equals("stream") && isAbout(message, endless));
    kernel.interrupt();
    receive(shell, message -> isAbout(message, endless));
  }

  private void ask(String type, JsonObject content) {
    Message request = send(type, content);
    receive(shell, message -> isAbout(message, request));
  }

  private Message send(String type, JsonObject content) {
    Message message = Message.broadcast(new JsonObject(), type, "training", content);
    List<byte[]> frames = codec.encode(message);
    for (int i = 0; i < frames.size(); i++) {
      shell.send(frames.get(i), i < frames.size() - 1 ? ZMQ.SNDMORE : 0);
    }
    return message;
  }

  private void receive(ZMQ.Socket socket, Predicate<Message> wanted) {
    Message message;
    do {
      List<byte[]> frames = new ArrayList<>();
      do {
        byte[] frame = socket.recv();
        if (frame == null) {
          throw new IllegalStateException("The kernel said nothing for " + TIMEOUT_MS + " ms.");
        }
        frames.add(frame);
      } while (socket.hasReceiveMore());
      message = codec.decode(frames);
    } while (!wanted.test(message));
  }

  private static boolean isAbout(Message message, Message request) {
    return Message.string(message.parentHeader(), "msg_id").equals(request.id());
  }

  private static JsonObject code(String text) {
    JsonObject content = new JsonObject();
    content.addProperty("code", text);
    content.addProperty("detail_level", 1);
    return content;
  }

  private ZMQ.Socket connect(SocketType type, int port) {
    ZMQ.Socket socket = context.createSocket(type);
    socket.setReceiveTimeOut(TIMEOUT_MS);
    socket.connect(connection.address(port));
    return socket;
  }

  /** Ports that nobody listens on just now. */
  static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sockets.add(new ServerSocket(0));
    }
    List<Integer> ports = sockets.stream().map(ServerSocket::getLocalPort).toList();
    for (ServerSocket each : sockets) {
      each.close();
    }
    return ports;
  }
}
