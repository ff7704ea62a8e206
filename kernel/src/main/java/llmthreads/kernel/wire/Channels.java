package llmthreads.kernel.wire;

import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.zeromq.SocketType;
import org.zeromq.ZContext;

/**
 * The five sockets of a kernel and all the threads that serve them:
 *
 * <ul>
 *   <li>{@code kernel-shell} and {@code kernel-control} receive requests and send replies; what a
 *       request means is decided by the consumers given to {@link #start}, called on these threads
 *   <li>{@code kernel-iopub-queue} and {@code kernel-iopub} send what everyone may see ({@link
 *       IoPub})
 *   <li>{@code kernel-stdin} asks the user for a line ({@link Stdin})
 *   <li>{@code kernel-heartbeat} echoes
 * </ul>
 */
public final class Channels implements AutoCloseable {
  private static final long CLOSE_MS = 1000;

  private final ConnectionFile connection;
  private final Codec codec;
  private final String session = UUID.randomUUID().toString();
  private final ZContext context = new ZContext();
  private final Complaints complaints = new Complaints();
  private final IoPub iopub;
  private final Stdin stdin;
  private SocketLoop shell;
  private SocketLoop control;
  private SocketLoop heartbeat;

  /**
   * Binds iopub and stdin.
   *
   * @param broken told when a thread of ZeroMQ itself has died, so that nobody is heard any more
   * @throws AddressException if an address cannot be bound
   */
  public Channels(ConnectionFile connection, Consumer<Throwable> broken) {
    this.connection = connection;
    context.setUncaughtExceptionHandler((_, e) -> broken.accept(e));
    context.setNotificationExceptionHandler(
        (_, e) -> complaints.tell("A connection of a client is out of order: " + e + "."));
    codec = new Codec(connection.key());
    iopub =
        new IoPub(context, complaints, connection.address(connection.iopubPort()), codec, session);
    stdin =
        new Stdin(context, complaints, connection.address(connection.stdinPort()), codec, session);
  }

  /**
   * Binds the request channels and starts every thread.
   *
   * @param onShell gets each request of the shell channel; must return quickly
   * @param onControl gets each request of the control channel; must return quickly
   * @throws AddressException if an address cannot be bound
   */
  public void start(Consumer<Message> onShell, Consumer<Message> onControl) {
    shell = requests("shell", connection.shellPort(), onShell);
    control = requests("control", connection.controlPort(), onControl);
    heartbeat =
        new SocketLoop(
            context,
            complaints,
            "heartbeat",
            SocketType.ROUTER,
            connection.address(connection.heartbeatPort()),
            frames -> heartbeat.send(frames));
    iopub.start();
    stdin.start();
    heartbeat.start();
    control.start();
    shell.start();
  }

  /** Identifies this run of the kernel in the headers of its messages. */
  public String session() {
    return session;
  }

  /** Where to tell what clients get wrong. */
  public Complaints complaints() {
    return complaints;
  }

  /** Where what cells print and show goes out to every client. */
  public IoPub iopub() {
    return iopub;
  }

  /** Where a cell asks the client that runs it for a line. */
  public Stdin stdin() {
    return stdin;
  }

  /** Sends a reply on the shell channel, when all that was published before has left. */
  public void sendShell(Message message) {
    iopub.then(() -> shell.send(codec.encode(message)));
  }

  /** Sends a reply on the control channel; for threads of the kernel, not of cells. */
  public void sendControl(Message message) {
    control.send(codec.encode(message));
  }

  /** Lets everything that was sent leave, for a second at most, and closes the sockets. */
  @Override
  public void close() {
    List<SocketLoop> loops = List.of(shell, control, heartbeat);
    try {
      iopub.close();
      iopub.join(CLOSE_MS);
      stdin.close();
      loops.forEach(SocketLoop::close);
      stdin.join(CLOSE_MS);
      for (SocketLoop loop : loops) {
        loop.join(CLOSE_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    context.close();
  }

  private SocketLoop requests(String name, int port, Consumer<Message> receiver) {
    return new SocketLoop(
        context,
        complaints,
        name,
        SocketType.ROUTER,
        connection.address(port),
        frames -> receiver.accept(codec.decode(frames)));
  }
}
