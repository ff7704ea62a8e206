package llmthreads.kernel;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.function.Consumer;
import llmthreads.kernel.wire.Codec.MalformedMessageException;
import llmthreads.kernel.wire.IoPub;
import llmthreads.kernel.wire.Message;

/** One request of a client, with the ways to answer it. */
final class Request {
  private final Message message;
  private final String session;
  private final IoPub iopub;
  private final Consumer<Message> replies;

  /**
   * @param replies sends a reply on the channel that the request came from
   */
  Request(Message message, String session, IoPub iopub, Consumer<Message> replies) {
    this.message = message;
    this.session = session;
    this.iopub = iopub;
    this.replies = replies;
  }

  Message message() {
    return message;
  }

  String type() {
    return message.type();
  }

  JsonObject content() {
    return message.content();
  }

  /** A member of the content as a string, or the empty string. */
  String text(String name) {
    return Message.string(content(), name);
  }

  /**
   * The code that the request is about.
   *
   * @throws MalformedMessageException if there is none
   */
  String code() {
    if (content().get("code") instanceof JsonPrimitive code && code.isString()) {
      return code.getAsString();
    }
    throw new MalformedMessageException("its content lacks the text 'code'");
  }

  /** A member of the content as a boolean, or {@code otherwise} where it is none. */
  boolean flag(String name, boolean otherwise) {
    return content().get(name) instanceof JsonPrimitive value && value.isBoolean()
        ? value.getAsBoolean()
        : otherwise;
  }

  /** A member of the content as an int, or {@code otherwise} where it is no number. */
  int number(String name, int otherwise) {
    return content().get(name) instanceof JsonPrimitive value && value.isNumber()
        ? (int) value.getAsDouble()
        : otherwise;
  }

  /** Answers; the type of the answer follows from the type of the request. */
  void reply(JsonObject content) {
    String type = type().replaceFirst("_request$", "_reply");
    replies.accept(Message.reply(message, type, session, content));
  }

  /** Answers that all is well. */
  void replyOk(JsonObject content) {
    content.addProperty("status", "ok");
    reply(content);
  }

  /** Answers, where an answer is due, that the kernel itself has failed. */
  void replyError(Throwable e) {
    if (!type().endsWith("_request")) {
      return;
    }
    JsonObject content = new JsonObject();
    content.addProperty("status", "error");
    content.addProperty("ename", e.getClass().getName());
    content.addProperty("evalue", "The kernel could not do this: " + e.getMessage());
    content.add("traceback", new JsonArray());
    reply(content);
  }

  /** Tells every client something about this request. */
  void publish(String type, JsonObject content) {
    iopub.publish(message.header(), type, content);
  }

  /** Tells every client what a cell of this request gave; waits for room. */
  void show(String type, JsonObject content) {
    iopub.show(Message.broadcast(message.header(), type, session, content));
  }

  /** Tells every client whether the kernel works on this request. */
  void status(String state) {
    JsonObject content = new JsonObject();
    content.addProperty("execution_state", state);
    publish("status", content);
  }
}
