package llmthreads.kernel;

import com.google.gson.JsonObject;

/**
 * Comms as a kernel without targets answers them: a client that opens one hears at once that it is
 * closed.
 */
final class Comms {
  private Comms() {}

  static void open(Request request) {
    JsonObject close = new JsonObject();
    close.add("comm_id", request.content().get("comm_id"));
    close.add("data", new JsonObject());
    request.publish("comm_close", close);
  }

  static void info(Request request) {
    JsonObject reply = new JsonObject();
    reply.add("comms", new JsonObject());
    request.replyOk(reply);
  }
}
