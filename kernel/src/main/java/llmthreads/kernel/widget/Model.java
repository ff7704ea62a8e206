package llmthreads.kernel.widget;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import llmthreads.kernel.comm.Callback;
import llmthreads.kernel.comm.Comm;
import llmthreads.kernel.comm.Comm.Incoming;
import llmthreads.kernel.comm.Json;

/**
 * The attributes of one thing that clients show, alike on both sides: a widget, its layout or its
 * style. Safe for use by several threads.
 */
final class Model implements Comm.Receiver {
  static final String TARGET = "jupyter.widget";
  private static final Map<String, String> PROTOCOL = Map.of("version", "2.1.0");

  private record Watcher(String attribute, Callback<JsonElement> callback) {}

  private final JsonObject state = new JsonObject();
  private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
  private final List<Callback<JsonElement>> custom = new CopyOnWriteArrayList<>();
  private final Comm comm;

  /** Opens a model; what it does not say is as the client has it by default. */
  Model(Kind kind, Map<String, ?> attributes) {
    state.addProperty("_model_module", kind.module());
    state.addProperty("_model_module_version", kind.version());
    state.addProperty("_model_name", kind.model());
    state.addProperty("_view_module", kind.viewModule());
    state.addProperty("_view_module_version", kind.viewVersion());
    state.addProperty("_view_name", kind.view());
    state.add("_view_count", JsonNull.INSTANCE);
    attributes.forEach((name, value) -> state.add(name, Json.of(value)));
    comm = Comm.open(TARGET, withoutBuffers(copy()), PROTOCOL);
    comm.receiver(this);
  }

  String id() {
    return comm.id();
  }

  /** How an attribute of another model names this one. */
  String reference() {
    return "IPY_MODEL_" + id();
  }

  synchronized JsonElement get(String attribute) {
    return state.get(attribute);
  }

  synchronized JsonObject copy() {
    return state.deepCopy();
  }

  /** Changes an attribute on both sides and calls who watches it. */
  void set(String attribute, Object value) {
    JsonElement json = Json.of(value);
    JsonElement before;
    synchronized (this) {
      before = state.get(attribute);
      state.add(attribute, json);
      JsonObject changed = new JsonObject();
      changed.add(attribute, json);
      send("update", changed);
    }
    if (!json.equals(before)) {
      watchers.stream()
          .filter(each -> each.attribute.equals(attribute))
          .forEach(each -> each.callback.callHere(json));
    }
  }

  /** From now on a function of the running cell is called when an attribute changes. */
  void watch(String attribute, Callback.Action<JsonElement> action) {
    watchers.add(new Watcher(attribute, new Callback<>(action)));
  }

  /** From now on a function of the running cell gets what a client tells beside attributes. */
  void onCustom(Callback.Action<JsonElement> action) {
    custom.add(new Callback<>(action));
  }

  void close() {
    comm.close();
  }

  @Override
  public void received(Incoming message) {
    JsonObject data = message.data();
    JsonElement method = data.get("method");
    switch (method == null ? "" : method.getAsString()) {
      case "update" -> update(data.get("state"));
      case "request_state" -> {
        synchronized (this) {
          send("update", copy());
        }
      }
      case "custom" -> {
        JsonElement content = data.get("content");
        custom.forEach(each -> each.call(content));
      }
      default -> {}
    }
  }

  /** A client has changed attributes: the other clients hear of it, then who watches them. */
  private void update(JsonElement sent) {
    if (sent == null || !sent.isJsonObject()) {
      return;
    }
    JsonObject changed = new JsonObject();
    synchronized (this) {
      JsonObject taken = new JsonObject();
      sent.getAsJsonObject()
          .asMap()
          .forEach(
              (name, value) -> {
                JsonElement before = state.get(name);
                if (before != null && isLike(value, before)) {
                  taken.add(name, value);
                  state.add(name, value);
                  if (!value.equals(before)) {
                    changed.add(name, value);
                  }
                }
              });
      send("echo_update", taken);
    }
    for (Watcher each : watchers) {
      if (changed.has(each.attribute)) {
        each.callback.call(changed.get(each.attribute));
      }
    }
  }

  /** A client that sends a text for a number is not heeded. */
  private static boolean isLike(JsonElement value, JsonElement before) {
    if (value.isJsonPrimitive() && before.isJsonPrimitive()) {
      return value.getAsJsonPrimitive().isNumber() == before.getAsJsonPrimitive().isNumber()
          && value.getAsJsonPrimitive().isString() == before.getAsJsonPrimitive().isString();
    }
    return value.isJsonNull() || before.isJsonNull() || value.getClass() == before.getClass();
  }

  private void send(String method, JsonObject changed) {
    JsonObject message = withoutBuffers(changed);
    message.addProperty("method", method);
    comm.send(message);
  }

  private static JsonObject withoutBuffers(JsonObject state) {
    JsonObject message = new JsonObject();
    message.add("state", state);
    message.add("buffer_paths", new JsonArray());
    return message;
  }
}
