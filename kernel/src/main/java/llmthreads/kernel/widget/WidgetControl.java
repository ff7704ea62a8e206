package llmthreads.kernel.widget;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import llmthreads.kernel.comm.Comm;
import llmthreads.kernel.comm.Comms;

/**
 * Tells a page that is opened while the kernel runs of all widgets that there are: the target
 * {@code jupyter.widget.control}.
 */
public final class WidgetControl {
  /** The name of the target. */
  public static final String TARGET = "jupyter.widget.control";

  private WidgetControl() {}

  /** Answers what a client asks on one comm; called on the thread that receives messages. */
  public static void serve(Comm comm) {
    comm.receiver(
        message -> {
          JsonElement asked = message.data().get("method");
          if (new JsonPrimitive("request_states").equals(asked)) {
            comm.send(states());
          }
        });
  }

  private static JsonObject states() {
    JsonObject states = new JsonObject();
    for (Comm each : Comms.current().open(Model.TARGET)) {
      if (each.receiver() instanceof Model model) {
        JsonObject state = model.copy();
        JsonObject told = new JsonObject();
        told.add("model_name", state.get("_model_name"));
        told.add("model_module", state.get("_model_module"));
        told.add("model_module_version", state.get("_model_module_version"));
        told.add("state", state);
        states.add(each.id(), told);
      }
    }
    JsonObject message = new JsonObject();
    message.addProperty("method", "update_states");
    message.add("states", states);
    message.add("buffer_paths", new JsonArray());
    return message;
  }
}
