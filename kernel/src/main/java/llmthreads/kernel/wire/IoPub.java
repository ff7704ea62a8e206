package llmthreads.kernel.wire;

import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.zeromq.SocketType;
import org.zeromq.ZContext;

/**
 * Everything that a kernel tells all its clients, in one order: one queue that any thread may fill
 * and one thread that empties it into the iopub socket.
 *
 * <p>Printed text is gathered: pieces of one stream that follow each other within {@value
 * GatheredText#GATHER_MS} ms become one message, and a thread that prints faster than {@value
 * GatheredText#MAX_TEXT} characters in that time waits. Any other message first pushes out the text
 * before it, so nothing overtakes anything. Waiting here is never ended by an interrupt.
 *
 * <p>Cells wait for clients that read more slowly than they print and show; a client that reads
 * nothing for seconds misses what no longer fits, and nobody waits for it.
 */
public final class IoPub implements AutoCloseable {
  /** How many messages may be in the queue before cells wait. */
  private static final int MAX_QUEUE = 16;

  /** How many bytes may wait for the socket to take them before cells wait. */
  private static final long MAX_BYTES = Math.min(1L << 25, Runtime.getRuntime().maxMemory() / 32);

  /** How many of them have been handed to the socket's thread. */
  private static final int MAX_HANDED_ON = 8;

  private final Codec codec;
  private final String session;
  private final Complaints complaints;
  private final SocketLoop loop;
  private final Thread thread;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition room = lock.newCondition();
  private final Deque<Runnable> queue = new ArrayDeque<>();
  private final Semaphore handedOn = new Semaphore(MAX_HANDED_ON);
  private final GatheredText text;
  private long bytes;
  private boolean closed;

  IoPub(ZContext context, Complaints complaints, String address, Codec codec, String session) {
    this.codec = codec;
    this.session = session;
    this.complaints = complaints;
    text = new GatheredText(session);
    loop =
        new SocketLoop(context, complaints, "iopub", SocketType.XPUB, address, this::subscription);
    thread = Thread.ofPlatform().daemon().name("kernel-iopub-queue").unstarted(this::run);
  }

  void start() {
    loop.start();
    thread.start();
  }

  /**
   * Publishes a message of the kernel, which waits for nobody, after everything that was published
   * or printed before.
   */
  public void publish(JsonObject parentHeader, String type, JsonObject content) {
    lock.lock();
    try {
      add(Message.broadcast(parentHeader, type, session, content));
    } finally {
      lock.unlock();
    }
  }

  /** Publishes what a cell shows after everything before it; waits for room. */
  public void show(Message message) {
    lock.lock();
    try {
      awaitRoom();
      add(message);
    } finally {
      lock.unlock();
    }
  }

  private void add(Message message) {
    flushText();
    guarded(() -> enqueue(message));
    work.signal();
  }

  private void awaitRoom() {
    while (isFull() && !closed) {
      room.awaitUninterruptibly();
    }
  }

  private boolean isFull() {
    return queue.size() >= MAX_QUEUE || bytes >= MAX_BYTES || text.isFull();
  }

  /** Runs an action, a reply say, when everything that was published or printed before has left. */
  public void then(Runnable action) {
    lock.lock();
    try {
      flushText();
      queue.add(() -> loop.execute(action));
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Prints text.
   *
   * @param stream {@code stdout} or {@code stderr}
   */
  public void print(JsonObject parentHeader, String stream, String printed) {
    lock.lock();
    try {
      awaitRoom();
      if (!text.continues(parentHeader, stream)) {
        flushText();
      }
      if (text.isEmpty()) {
        work.signal();
      }
      text.add(parentHeader, stream, printed);
    } finally {
      lock.unlock();
    }
  }

  /** Sends printed text now instead of waiting for more of it. */
  public void flush() {
    lock.lock();
    try {
      flushText();
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Lets everything leave, then ends the thread. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      work.signal();
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void join(long millis) throws InterruptedException {
    thread.join(millis);
    loop.close();
    loop.join(millis);
  }

  private void run() {
    try {
      for (Runnable next = take(); next != null; next = take()) {
        guarded(next);
      }
    } catch (InterruptedException e) {
      Log.warn(
          "The iopub thread was interrupted; clients no longer see output. Restart the kernel.", e);
    }
  }

  /** A message that cannot be put into bytes, for want of memory say, is lost; the next is not. */
  private void guarded(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | OutOfMemoryError e) {
      complaints.tell("An output could not be sent to clients: " + e + ".");
    }
  }

  /** A client that begins to listen is told so: from here on it misses nothing. */
  private void subscription(List<byte[]> frames) {
    byte[] event = frames.getFirst();
    if (event.length > 0 && event[0] == 1) {
      byte[] topic = Arrays.copyOfRange(event, 1, event.length);
      JsonObject content = new JsonObject();
      content.addProperty("subscription", new String(topic, StandardCharsets.UTF_8));
      Message welcome = Message.broadcast(new JsonObject(), "iopub_welcome", session, content);
      loop.send(codec.encode(welcome.withIdentities(List.of(topic))));
    }
  }

  private void enqueue(Message message) {
    List<byte[]> frames = codec.encode(message);
    long size = frames.stream().mapToLong(each -> each.length).sum();
    queue.add(() -> send(frames, size));
    bytes += size;
  }

  /** Waits while the socket waits for clients. */
  private void send(List<byte[]> frames, long size) {
    handedOn.acquireUninterruptibly();
    loop.send(frames, () -> taken(size));
  }

  private void taken(long size) {
    handedOn.release();
    lock.lock();
    try {
      bytes -= size;
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What to do next, or null when the channel was closed and everything has left. */
  private Runnable take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (queue.isEmpty()) {
        if (!text.isEmpty()) {
          long wait = text.remainingNanos();
          if (wait <= 0 || closed) {
            flushText();
          } else {
            work.awaitNanos(wait);
          }
        } else if (closed) {
          return null;
        } else {
          work.await();
        }
      }
      room.signalAll();
      return queue.remove();
    } finally {
      lock.unlock();
    }
  }

  private void flushText() {
    guarded(() -> text.take().ifPresent(this::enqueue));
  }
}
