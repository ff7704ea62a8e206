package llmthreads.kernel.comm;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import llmthreads.kernel.comm.Comm.Incoming;

/**
 * The comms of a kernel that are open, and the targets that clients may open more of. Safe for use
 * by several threads; the methods that tell what a client has sent are called by one.
 */
public final class Comms {
  /** What a kernel does for its comms. */
  public interface Link {
    /** Sends to every client. */
    void publish(String type, JsonObject content, JsonObject metadata, List<byte[]> buffers);

    /** The cell that is running, or else the last one that did. */
    Cell cell();

    /** Tells whoever looks at the kernel's log. */
    void warn(String sentence);
  }

  /** A cell as the place of what its callbacks do. */
  public interface Cell {
    /** The message id under which clients know what belongs to it; empty before the first cell. */
    String id();

    /** Runs code of the cell on the thread of cells; a failure appears below the cell. */
    void run(Task task);
  }

  /** Code of a cell. */
  @FunctionalInterface
  public interface Task {
    /** Runs it. */
    void run() throws Exception;
  }

  /** Cells open comms by static functions, and there is one kernel in a JVM. */
  private static final AtomicReference<Comms> CURRENT = new AtomicReference<>();

  private final Link link;
  private final Map<String, Comm> open = new LinkedHashMap<>();
  private final Map<String, Consumer<Comm>> targets = new ConcurrentHashMap<>();

  /** Comms that speak through a kernel; none is open. */
  public Comms(Link link) {
    this.link = link;
  }

  /** Makes these the ones that cells of this JVM open. */
  public void connect() {
    CURRENT.set(this);
  }

  /**
   * The comms of this JVM.
   *
   * @throws IllegalStateException if no kernel runs in it
   */
  public static Comms current() {
    Comms comms = CURRENT.get();
    if (comms == null) {
      throw new IllegalStateException(
          "There is no notebook to talk to: no kernel runs in this JVM.");
    }
    return comms;
  }

  /** The cell that is running, or else the last one that did. */
  public Cell cell() {
    return link.cell();
  }

  /** The open comms of one target, in the order in which they were opened; of all, if empty. */
  public List<Comm> open(String target) {
    synchronized (open) {
      List<Comm> found = new ArrayList<>(open.values());
      found.removeIf(each -> !target.isEmpty() && !each.target().equals(target));
      return found;
    }
  }

  /**
   * From now on clients may open comms of a target.
   *
   * @param opened gets each of them, on the thread that receives messages
   */
  public void serve(String target, Consumer<Comm> opened) {
    targets.put(target, opened);
  }

  /** A client has opened a comm; of a target that nobody serves it is closed at once. */
  public void opened(String id, String target, Incoming message) {
    Comm comm = new Comm(this, id, target, message);
    Consumer<Comm> served = targets.get(target);
    add(comm);
    if (served == null) {
      link.warn("A client has opened a comm of the target '" + target + "', which no cell serves.");
      comm.close();
      return;
    }
    served.accept(comm);
  }

  /** A client has sent a message. */
  public void received(String id, Incoming message) {
    Comm comm = find(id);
    if (comm == null) {
      link.warn("A message for the comm '" + id + "' was ignored: it is not open.");
    } else {
      comm.receiver().received(message);
    }
  }

  /** A client has closed a comm. */
  public void closed(String id, Incoming message) {
    Comm comm = remove(id);
    if (comm != null) {
      comm.receiver().closed(message);
    }
  }

  void add(Comm comm) {
    synchronized (open) {
      open.put(comm.id(), comm);
    }
  }

  Comm remove(String id) {
    synchronized (open) {
      return open.remove(id);
    }
  }

  Comm find(String id) {
    synchronized (open) {
      return open.get(id);
    }
  }

  void publish(String type, JsonObject content, JsonObject metadata, List<byte[]> buffers) {
    link.publish(type, content, metadata, buffers);
  }
}
