package llmthreads.kernel;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Optional;
import llmthreads.kernel.display.MimeBundle;
import llmthreads.kernel.interpreter.Interpreter;
import llmthreads.kernel.interpreter.Interpreter.Completeness;
import llmthreads.kernel.interpreter.Interpreter.Completions;

/**
 * Answers what editors ask about code. On the wire a cursor counts code points; in Java it counts
 * UTF-16 units.
 */
final class Help {
  private Help() {}

  static void isComplete(Request request, Interpreter interpreter) {
    JsonObject reply = new JsonObject();
    switch (interpreter.completeness(request.text("code"))) {
      case Completeness.Complete _ -> reply.addProperty("status", "complete");
      case Completeness.Invalid _ -> reply.addProperty("status", "invalid");
      case Completeness.Incomplete(String indent) -> {
        reply.addProperty("status", "incomplete");
        reply.addProperty("indent", indent);
      }
    }
    request.reply(reply);
  }

  static void complete(Request request, Interpreter interpreter) {
    String code = request.text("code");
    int cursor = cursor(request, code);
    Completions found = interpreter.complete(code, cursor);
    JsonArray matches = new JsonArray();
    found.texts().forEach(matches::add);
    JsonObject reply = new JsonObject();
    reply.add("matches", matches);
    reply.addProperty("cursor_start", code.codePointCount(0, found.start()));
    reply.addProperty("cursor_end", code.codePointCount(0, cursor));
    reply.add("metadata", new JsonObject());
    request.replyOk(reply);
  }

  static void inspect(Request request, Interpreter interpreter) {
    String code = request.text("code");
    Optional<MimeBundle> found = interpreter.inspect(code, cursor(request, code));
    JsonObject reply = new JsonObject();
    reply.addProperty("found", found.isPresent());
    reply.add("data", found.map(MimeBundle::dataJson).orElseGet(JsonObject::new));
    reply.add("metadata", found.map(MimeBundle::metadataJson).orElseGet(JsonObject::new));
    request.replyOk(reply);
  }

  private static int cursor(Request request, String code) {
    int points = code.codePointCount(0, code.length());
    int wanted = request.number("cursor_pos", points);
    return code.offsetByCodePoints(0, Math.clamp(wanted, 0, points));
  }
}
