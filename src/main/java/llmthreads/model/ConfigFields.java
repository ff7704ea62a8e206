package llmthreads.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The fields of a model's JSON file, read with errors that name the field. A field that is null
 * counts as missing.
 */
record ConfigFields(JsonObject json) {
  /**
   * Reads something from a file.
   *
   * @throws ModelException that names the file, when it is missing, is no JSON object, or the
   *     reader refuses it
   */
  static <T> T read(Path file, Function<ConfigFields, T> reader) {
    try {
      JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
      return reader.apply(new ConfigFields(json));
    } catch (NoSuchFileException e) {
      throw new ModelException(
          ("There is no file %s: give the folder of a model, with config.json, "
                  + "model.safetensors and tokenizer.json")
              .formatted(file),
          e);
    } catch (IOException e) {
      throw new ModelException("%s cannot be read: %s".formatted(file, e), e);
    } catch (JsonParseException
        | IllegalStateException
        | UnsupportedOperationException
        | NumberFormatException e) {
      throw new ModelException(
          "%s is not the JSON of a model: %s".formatted(file, e.getMessage()), e);
    } catch (ModelException e) {
      throw new ModelException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  boolean has(String field) {
    return json.has(field) && !json.get(field).isJsonNull();
  }

  int integer(String field) {
    return whole(field, number(field));
  }

  int integer(String field, int otherwise) {
    return has(field) ? integer(field) : otherwise;
  }

  double number(String field) {
    JsonElement value = required(field);
    if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isNumber()) {
      throw new ModelException("the field '%s' is %s, not a number".formatted(field, value));
    }
    return value.getAsDouble();
  }

  double number(String field, double otherwise) {
    return has(field) ? number(field) : otherwise;
  }

  boolean flag(String field, boolean otherwise) {
    if (!has(field)) {
      return otherwise;
    }
    JsonElement value = json.get(field);
    if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isBoolean()) {
      throw new ModelException("the field '%s' is %s, not true or false".formatted(field, value));
    }
    return value.getAsBoolean();
  }

  String text(String field, String otherwise) {
    return has(field) ? json.get(field).getAsString() : otherwise;
  }

  /** The texts of a list; none where the field is missing. */
  List<String> texts(String field) {
    List<String> texts = new ArrayList<>();
    if (has(field)) {
      json.getAsJsonArray(field).forEach(text -> texts.add(text.getAsString()));
    }
    return texts;
  }

  ConfigFields object(String field) {
    return new ConfigFields(required(field).getAsJsonObject());
  }

  /** One integer or a list of them; none where the field is missing. */
  List<Integer> integers(String field) {
    if (!has(field)) {
      return List.of();
    }
    if (!json.get(field).isJsonArray()) {
      return List.of(integer(field));
    }
    List<Integer> all = new ArrayList<>();
    json.getAsJsonArray(field).forEach(one -> all.add(whole(field, one.getAsDouble())));
    return all;
  }

  /** Refuses any other value than the one that is computed here; a missing field has that one. */
  void only(String field, String supported) {
    String value = text(field, supported);
    if (!value.equals(supported)) {
      throw new ModelException(
          "%s %s is not supported, only %s is".formatted(field, value, supported));
    }
  }

  /** Adds one integer as it is, several as a list, none not at all. */
  static void addIntegers(JsonObject json, String field, List<Integer> values) {
    if (values.size() == 1) {
      json.addProperty(field, values.getFirst());
    } else if (!values.isEmpty()) {
      JsonArray all = new JsonArray();
      values.forEach(all::add);
      json.add(field, all);
    }
  }

  private JsonElement required(String field) {
    if (!has(field)) {
      throw new ModelException("the field '%s' is missing".formatted(field));
    }
    return json.get(field);
  }

  private static int whole(String field, double number) {
    if (number != Math.rint(number) || Math.abs(number) > Integer.MAX_VALUE) {
      throw new ModelException("the field '%s' is %s, not an integer".formatted(field, number));
    }
    return (int) number;
  }
}
