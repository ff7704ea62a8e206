package llmthreads.kernel;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Optional;
import llmthreads.kernel.display.MimeBundle;
import llmthreads.kernel.interpreter.Interpreter;
import llmthreads.kernel.interpreter.Interpreter.Completeness;
import llmthreads.kernel.interpreter.Interpreter.Completion;
import llmthreads.kernel.interpreter.Interpreter.Completions;
import llmthreads.kernel.interpreter.Interpreter.Detail;

/**
 * Answers what editors ask about code. On the wire a cursor counts code points; in Java it counts
 * UTF-16 units.
 */
final class Help {
  private Help() {}

  static void isComplete(Request request, Interpreter interpreter) {
    JsonObject reply = new JsonObject();
    switch (interpreter.completeness(request.code())) {
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
    String code = request.code();
    int cursor = cursor(request, code);
    Completions found = interpreter.complete(code, cursor);
    int start = code.codePointCount(0, found.start());
    int end = code.codePointCount(0, cursor);
    JsonArray matches = new JsonArray();
    JsonArray types = new JsonArray();
    for (Completion each : found.found()) {
      matches.add(each.text());
      types.add(typed(each, start, end));
    }
    JsonObject metadata = new JsonObject();
    metadata.add("_jupyter_types_experimental", types);
    JsonObject reply = new JsonObject();
    reply.add("matches", matches);
    reply.addProperty("cursor_start", start);
    reply.addProperty("cursor_end", end);
    reply.add("metadata", metadata);
    request.replyOk(reply);
  }

  private static JsonObject typed(Completion completion, int start, int end) {
    JsonObject typed = new JsonObject();
    typed.addProperty("text", completion.text());
    typed.addProperty("type", completion.type());
    typed.addProperty("signature", completion.signature());
    typed.addProperty("start", start);
    typed.addProperty("end", end);
    return typed;
  }

  static void inspect(Request request, Interpreter interpreter) {
    String code = request.code();
    Detail detail = request.number("detail_level", 0) > 0 ? Detail.ALL : Detail.BRIEF;
    Optional<MimeBundle> found = interpreter.inspect(code, cursor(request, code), detail);
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
