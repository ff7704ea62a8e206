package llmthreads.kernel.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * One socket and the one thread that may touch it. What arrives goes to a consumer on that thread;
 * what other threads send reaches it over an in-process socket, so the thread sleeps in one poll
 * for both.
 *
 * <p>Only threads of the kernel may call {@link #send} and {@link #close}: an interrupt that hits a
 * thread inside a ZeroMQ socket closes the pipe below it, and threads of cells are interrupted.
 */
final class SocketLoop implements AutoCloseable {
  private static final byte[] WAKE_UP = {1};

  private final String name;
  private final ZMQ.Socket socket;
  private final ZMQ.Socket inbox;
  private final ZMQ.Socket outbox;
  private final ReentrantLock outboxLock = new ReentrantLock();
  private final Thread thread;
  private final ZMQ.Poller poller;
  private final Queue<Runnable> actions = new ConcurrentLinkedQueue<>();

  private volatile boolean ended;

  /**
   * Binds a socket.
   *
   * @param receiver gets the frames of what arrives, on the loop's own thread
   * @throws org.zeromq.ZMQException if the address cannot be bound
   */
  SocketLoop(
      ZContext context,
      String name,
      SocketType type,
      String address,
      Consumer<List<byte[]>> receiver) {
    this.name = name;
    socket = bind(context, type, address);
    inbox = context.createSocket(SocketType.PULL);
    inbox.bind("inproc://" + name);
    outbox = context.createSocket(SocketType.PUSH);
    outbox.setLinger(0);
    outbox.connect("inproc://" + name);
    poller = context.createPoller(2);
    poller.register(socket, ZMQ.Poller.POLLIN);
    poller.register(inbox, ZMQ.Poller.POLLIN);
    thread = Thread.ofPlatform().daemon().name("kernel-" + name).unstarted(() -> run(receiver));
  }

  private static ZMQ.Socket bind(ZContext context, SocketType type, String address) {
    ZMQ.Socket socket = context.createSocket(type);
    socket.setLinger(1000);
    socket.setHWM(0);
    if (type == SocketType.ROUTER) {
      socket.setRouterHandover(true);
    } else {
      socket.setXpubVerbose(true);
    }
    socket.bind(address);
    return socket;
  }

  void start() {
    thread.start();
  }

  /** Sends frames from any thread of the kernel; returns without waiting. */
  void send(List<byte[]> frames) {
    execute(() -> sendAll(socket, frames));
  }

  /** Runs an action on the loop's thread, after everything that was sent before. */
  void execute(Runnable action) {
    outboxLock.lock();
    try {
      if (!ended) {
        actions.add(action);
        outbox.send(WAKE_UP);
      }
    } finally {
      outboxLock.unlock();
    }
  }

  /** Lets what was sent leave, then ends the thread. */
  @Override
  public void close() {
    execute(() -> ended = true);
  }

  /** Waits until the thread has ended. */
  void join(long millis) throws InterruptedException {
    thread.join(millis);
  }

  private static void sendAll(ZMQ.Socket socket, List<byte[]> frames) {
    for (int i = 0; i < frames.size(); i++) {
      socket.send(frames.get(i), i < frames.size() - 1 ? ZMQ.SNDMORE : 0);
    }
  }

  private void run(Consumer<List<byte[]>> receiver) {
    while (!ended) {
      poller.poll(-1);
      if (poller.pollin(0)) {
        receive(receiver);
      }
      if (poller.pollin(1)) {
        byte[] _ = inbox.recv();
        actions.remove().run();
      }
    }
  }

  private void receive(Consumer<List<byte[]>> receiver) {
    List<byte[]> frames = receive(socket);
    try {
      receiver.accept(frames);
    } catch (RuntimeException e) {
      // A message that nobody can read must not end the channel.
      Log.warn("A message on the " + name + " channel was dropped: " + e.getMessage() + ".");
    }
  }

  private static List<byte[]> receive(ZMQ.Socket socket) {
    List<byte[]> frames = new ArrayList<>();
    do {
      frames.add(socket.recv());
    } while (socket.hasReceiveMore());
    return frames;
  }
}
