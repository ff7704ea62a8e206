package llmthreads.kernel.comm;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.UUID;

/**
 * A line between cells and what a client shows: a widget, or an extension that knows the name of
 * its target. Both sides may open it, send JSON objects, and close it. Safe for use by several
 * threads.
 *
 * <pre>{@code
 * Comm.register("echo", comm -> comm.onMessage(message -> comm.send(message.data())));
 * Comm comm = Comm.open("progress", Map.of("done", 0));
 * }</pre>
 */
public final class Comm {
  /**
   * What a client has sent.
   *
   * @param data the message
   * @param metadata what else came with it; mostly empty
   * @param buffers binary attachments
   */
  public record Incoming(JsonObject data, JsonObject metadata, List<byte[]> buffers) {}

  /** Gets what a client sends on one comm, on the thread that receives messages. */
  public interface Receiver {
    /** A message. */
    void received(Incoming message);

    /** The client has closed the comm. */
    default void closed(Incoming message) {}
  }

  private final Comms comms;
  private final String id;
  private final String target;
  private final Incoming opening;
  private final CellReceiver cells = new CellReceiver();
  private volatile Receiver receiver = cells;

  Comm(Comms comms, String id, String target, Incoming opening) {
    this.comms = comms;
    this.id = id;
    this.target = target;
    this.opening = opening;
  }

  /**
   * Opens a comm to what clients know by the name of a target.
   *
   * @param data a map, a record or a JSON object for it to begin with, or null
   */
  public static Comm open(String target, Object data) {
    return open(target, data, null);
  }

  /** Opens a comm with metadata, which few targets ask for. */
  public static Comm open(String target, Object data, Object metadata) {
    Comms comms = Comms.current();
    Incoming nothing = new Incoming(new JsonObject(), new JsonObject(), List.of());
    Comm comm = new Comm(comms, UUID.randomUUID().toString(), target, nothing);
    JsonObject content = comm.content(data);
    content.addProperty("target_name", target);
    comms.add(comm);
    comms.publish("comm_open", content, Json.object(metadata), List.of());
    return comm;
  }

  /**
   * From now on clients may open comms of a target; the action gets each of them. If it fails, the
   * comm is closed.
   */
  public static void register(String target, Callback.Action<Comm> opened) {
    Callback<Comm> callback =
        new Callback<>(
            comm -> {
              try {
                opened.accept(comm);
              } catch (Throwable e) {
                comm.close();
                throw e;
              }
            });
    Comms.current().serve(target, callback::call);
  }

  /** Identifies the comm on both sides. */
  public String id() {
    return id;
  }

  /** The name by which the other side knows what this is. */
  public String target() {
    return target;
  }

  /** What the client has sent with the opening; empty if the comm was opened here. */
  public Incoming opening() {
    return opening;
  }

  /** Whether neither side has closed it. */
  public boolean isOpen() {
    return comms.find(id) == this;
  }

  /** Calls a function of this cell with each message; it takes the place of one given before. */
  public Comm onMessage(Callback.Action<Incoming> action) {
    cells.message = new Callback<>(action);
    return this;
  }

  /** Calls a function of this cell when the client closes the comm. */
  public Comm onClose(Callback.Action<Incoming> action) {
    cells.close = new Callback<>(action);
    return this;
  }

  /** Leaves messages to a receiver, which gets them without the detour by a cell's thread. */
  public void receiver(Receiver other) {
    receiver = other;
  }

  /** Who gets the messages. */
  public Receiver receiver() {
    return receiver;
  }

  /**
   * Sends a map, a record or a JSON object.
   *
   * @throws IllegalStateException if the comm is closed
   */
  public void send(Object data) {
    send(data, List.of());
  }

  /** Sends binary attachments, too. */
  public void send(Object data, List<byte[]> buffers) {
    if (!isOpen()) {
      throw new IllegalStateException(
          "The comm of target '" + target + "' is closed; open another one by Comm.open.");
    }
    comms.publish("comm_msg", content(data), new JsonObject(), buffers);
  }

  /** Closes the comm; does nothing if it is closed. */
  public void close() {
    if (comms.remove(id) != null) {
      comms.publish("comm_close", content(null), new JsonObject(), List.of());
    }
  }

  private JsonObject content(Object data) {
    JsonObject content = new JsonObject();
    content.addProperty("comm_id", id);
    content.add("data", Json.object(data));
    return content;
  }

  /** Passes messages on to the functions that a cell has given. */
  private static final class CellReceiver implements Receiver {
    private volatile Callback<Incoming> message;
    private volatile Callback<Incoming> close;

    @Override
    public void received(Incoming incoming) {
      call(message, incoming);
    }

    @Override
    public void closed(Incoming incoming) {
      call(close, incoming);
    }

    private static void call(Callback<Incoming> callback, Incoming incoming) {
      if (callback != null) {
        callback.call(incoming);
      }
    }
  }
}
