package llmthreads.kernel.comm;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;

/** Java values as JSON: maps, lists, records, strings, numbers, null, and JSON itself. */
public final class Json {
  private static final Gson GSON = new GsonBuilder().serializeNulls().create();

  private Json() {}

  /**
   * The JSON of a value.
   *
   * @throws IllegalArgumentException if JSON has none, as for NaN or a class of the JDK
   */
  public static JsonElement of(Object value) {
    try {
      return GSON.toJsonTree(value);
    } catch (JsonParseException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "A "
              + value.getClass().getName()
              + " cannot be sent as JSON; send a map, a list, a record, a string or a number: "
              + e.getMessage(),
          e);
    }
  }

  /**
   * The JSON object of a map or record; of null, an empty one.
   *
   * @throws IllegalArgumentException if the value is no such thing
   */
  public static JsonObject object(Object value) {
    JsonElement json = value == null ? new JsonObject() : of(value);
    if (!json.isJsonObject()) {
      throw new IllegalArgumentException(
          "A comm carries JSON objects, so send a map or a record instead of " + json + ".");
    }
    return json.getAsJsonObject();
  }
}
