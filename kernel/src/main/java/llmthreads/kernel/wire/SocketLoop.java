package llmthreads.kernel.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import llmthreads.kernel.wire.Codec.MalformedMessageException;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

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

  /** A frame that claims to be longer than this ends the connection that it comes from. */
  private static final long MAX_FRAME_BYTES =
      Math.min(1L << 30, Runtime.getRuntime().maxMemory() / 4);

  /**
   * How many messages wait for one subscriber before whoever sends waits for it: ZeroMQ counts
   * messages and not their bytes, so more wait where they are counted.
   */
  private static final int MOST_WAITING = 1;

  /** How long that is; then what does not fit is lost to this subscriber, and to no other. */
  private static final int PATIENCE_MS = 5000;

  private final String name;
  private final Complaints complaints;
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
   * @throws AddressException if the address cannot be bound
   */
  SocketLoop(
      ZContext context,
      Complaints complaints,
      String name,
      SocketType type,
      String address,
      Consumer<List<byte[]>> receiver) {
    this.name = name;
    this.complaints = complaints;
    socket = bind(context, complaints, name, type, address);
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

  private static ZMQ.Socket bind(
      ZContext context, Complaints complaints, String name, SocketType type, String address) {
    ZMQ.Socket socket = context.createSocket(type);
    socket.setLinger(1000);
    socket.setHWM(0);
    socket.setMaxMsgSize(MAX_FRAME_BYTES);
    socket.setMsgAllocator(new FrameAllocator(complaints));
    if (type == SocketType.ROUTER) {
      socket.setRouterHandover(true);
    } else {
      socket.setXpubVerbose(true);
      socket.setSndHWM(MOST_WAITING);
      socket.setXpubNoDrop(true);
      socket.setSendTimeOut(PATIENCE_MS);
    }
    try {
      socket.bind(address);
    } catch (ZMQException | IllegalArgumentException e) {
      throw new AddressException(name, address, e);
    }
    return socket;
  }

  void start() {
    thread.start();
  }

  /** Sends frames from any thread of the kernel; returns without waiting. */
  void send(List<byte[]> frames) {
    send(frames, () -> {});
  }

  /** The same, and runs an action once the socket has taken the frames. */
  void send(List<byte[]> frames, Runnable taken) {
    execute(
        () -> {
          try {
            sendPatiently(frames);
          } finally {
            taken.run();
          }
        });
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

  private void sendPatiently(List<byte[]> frames) {
    if (!sendAll(socket, frames)) {
      complaints.tell(
          "A client does not read what this kernel tells everyone, and misses some of it.");
      socket.setXpubNoDrop(false);
      sendAll(socket, frames);
      socket.setXpubNoDrop(true);
    }
  }

  /** False if a subscriber has no room for the first frame in time; then nobody has got any. */
  private static boolean sendAll(ZMQ.Socket socket, List<byte[]> frames) {
    for (int i = 0; i < frames.size(); i++) {
      if (!socket.send(frames.get(i), i < frames.size() - 1 ? ZMQ.SNDMORE : 0)) {
        return false;
      }
    }
    return true;
  }

  private void run(Consumer<List<byte[]>> receiver) {
    while (!ended) {
      poller.poll(-1);
      if (poller.pollin(0)) {
        guarded("A message was dropped on", () -> receiver.accept(receive(socket)));
      }
      if (poller.pollin(1)) {
        byte[] _ = inbox.recv();
        guarded("A message could not be sent on", actions.remove());
      }
    }
  }

  /** A message that cannot be read or sent, for want of memory even, must not end the channel. */
  private void guarded(String failure, Runnable action) {
    try {
      action.run();
    } catch (MalformedMessageException e) {
      complaints.tell(failure + " the " + name + " channel: " + e.getMessage() + ".");
    } catch (RuntimeException | Error e) {
      complaints.tell(failure + " the " + name + " channel: " + e + ".");
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
