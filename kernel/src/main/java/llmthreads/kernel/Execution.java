package llmthreads.kernel;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import llmthreads.kernel.display.MimeBundle;
import llmthreads.kernel.interpreter.Interpreter;
import llmthreads.kernel.interpreter.Outcome;
import llmthreads.kernel.wire.Log;
import llmthreads.kernel.wire.Message;

/** Runs the cells that clients send. Used by the shell thread only. */
final class Execution {
  private final CellOutput output;
  private final History history;
  private final Runnable stopOnError;
  private int count;

  /**
   * Makes one.
   *
   * @param stopOnError called before a failure is answered, when it is to stop what waits behind it
   */
  Execution(CellOutput output, History history, Runnable stopOnError) {
    this.output = output;
    this.history = history;
    this.stopOnError = stopOnError;
  }

  /**
   * Runs one cell and answers; waits for an interpreter that is not there yet.
   *
   * @return whether the cell ran to its end
   */
  boolean run(Request request, CompletableFuture<? extends Interpreter> interpreter) {
    String code = request.code();
    boolean silent = request.flag("silent", false);
    boolean counted = !silent && request.flag("store_history", true);
    if (counted) {
      history.add(++count, code);
    }
    output.belongsTo(request);
    if (!silent) {
      JsonObject input = new JsonObject();
      input.addProperty("code", code);
      input.addProperty("execution_count", count);
      request.publish("execute_input", input);
    }
    Outcome outcome = outcome(interpreter, code);
    JsonObject reply = new JsonObject();
    reply.addProperty("execution_count", count);
    switch (outcome) {
      case Outcome.Done done -> {
        if (done.value() != null && !silent) {
          JsonObject result = result(done);
          result.addProperty("execution_count", count);
          request.show("execute_result", result);
        }
        if (done.value() != null && counted) {
          history.addResult(count, done.value().plainText());
        }
        reply.add("user_expressions", expressions(request, interpreter));
        reply.add("payload", payload(done));
        request.replyOk(reply);
        return true;
      }
      case Outcome.Failed failed -> {
        JsonObject error = error(failed);
        if (!silent) {
          request.show("error", error);
        }
        error.asMap().forEach(reply::add);
        reply.addProperty("status", "error");
        reply.add("payload", new JsonArray());
        if (!silent && request.flag("stop_on_error", true)) {
          stopOnError.run();
        }
        request.reply(reply);
        return false;
      }
    }
  }

  /** A failure of the kernel itself is told below the cell, like one of the cell. */
  private Outcome outcome(CompletableFuture<? extends Interpreter> interpreter, String code) {
    try {
      return interpreter.join().execute(code, count);
    } catch (StackOverflowError e) {
      String message =
          "The code is nested too deeply for the compiler; cut a long expression into parts.";
      return new Outcome.Failed(e.getClass().getName(), message, List.of(message));
    } catch (RuntimeException | Error e) {
      Log.warn("A cell could not be run.", e);
      String name = e.getClass().getName();
      String message = "The kernel could not run this cell: " + e.getMessage();
      return new Outcome.Failed(name, message, List.of(name + ": " + message));
    }
  }

  /**
   * Answers a request that does not run because one before it failed; such a cell has no number.
   */
  static void abort(Request request) {
    JsonObject reply = new JsonObject();
    reply.addProperty("status", "aborted");
    request.reply(reply);
  }

  private static JsonArray payload(Outcome.Done done) {
    JsonArray payload = new JsonArray();
    for (MimeBundle each : done.pages()) {
      JsonObject page = new JsonObject();
      page.addProperty("source", "page");
      page.add("data", each.dataJson());
      page.addProperty("start", 0);
      payload.add(page);
    }
    return payload;
  }

  private JsonObject expressions(
      Request request, CompletableFuture<? extends Interpreter> interpreter) {
    JsonObject results = new JsonObject();
    JsonElement wanted = request.content().get("user_expressions");
    if (wanted != null && wanted.isJsonObject()) {
      for (Map.Entry<String, JsonElement> each : wanted.getAsJsonObject().entrySet()) {
        results.add(
            each.getKey(),
            switch (outcome(interpreter, Message.string(wanted.getAsJsonObject(), each.getKey()))) {
              case Outcome.Done done -> status("ok", result(done));
              case Outcome.Failed failed -> status("error", error(failed));
            });
      }
    }
    return results;
  }

  private static JsonObject status(String status, JsonObject content) {
    content.addProperty("status", status);
    return content;
  }

  private static JsonObject result(Outcome.Done done) {
    JsonObject result = new JsonObject();
    result.add("data", done.value() == null ? new JsonObject() : done.value().dataJson());
    result.add("metadata", done.value() == null ? new JsonObject() : done.value().metadataJson());
    return result;
  }

  /** The content of an error message. */
  static JsonObject error(Outcome.Failed failed) {
    JsonArray trace = new JsonArray();
    failed.trace().forEach(trace::add);
    JsonObject error = new JsonObject();
    error.addProperty("ename", failed.name());
    error.addProperty("evalue", failed.message());
    error.add("traceback", trace);
    return error;
  }
}
