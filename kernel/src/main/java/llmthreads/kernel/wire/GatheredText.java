package llmthreads.kernel.wire;

import com.google.gson.JsonObject;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Pieces of printed text that follow each other on one stream of one cell, on their way to become
 * one message. Guarded by the lock of who holds it.
 */
final class GatheredText {
  private static final int GATHER_MS = 25;
  private static final int MAX_TEXT = 1 << 18;

  private final String session;
  private final StringBuilder text = new StringBuilder();
  private JsonObject parent = new JsonObject();
  private String stream = "";
  private long due;

  GatheredText(String session) {
    this.session = session;
  }

  boolean isEmpty() {
    return text.isEmpty();
  }

  boolean isFull() {
    return text.length() >= MAX_TEXT;
  }

  /** Whether text of this cell and stream may follow what is gathered. */
  boolean continues(JsonObject cell, String name) {
    return isEmpty() || (cell == parent && name.equals(stream));
  }

  void add(JsonObject cell, String name, String printed) {
    if (isEmpty()) {
      parent = cell;
      stream = name;
      due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GATHER_MS);
    }
    text.append(printed);
  }

  /** How long the text may still wait for more of it, in ns; none or less when it is to go. */
  long remainingNanos() {
    return due - System.nanoTime();
  }

  /** What is gathered, which is nothing from then on. */
  Optional<Message> take() {
    if (isEmpty()) {
      return Optional.empty();
    }
    JsonObject content = new JsonObject();
    content.addProperty("name", stream);
    content.addProperty("text", text.toString());
    text.setLength(0);
    return Optional.of(Message.broadcast(parent, "stream", session, content));
  }
}
