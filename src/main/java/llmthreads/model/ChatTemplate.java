package llmthreads.model;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import llmthreads.model.jinja.Template;
import llmthreads.model.jinja.TemplateException;

/**
 * How a published model wants conversations written: the template of its {@code
 * tokenizer_config.json}, or of {@code chat_template.jinja}. Any number of threads may use one.
 */
public final class ChatTemplate {
  private static final String FILE = "chat_template.jinja";
  private static final String CONFIG = "tokenizer_config.json";

  /** By name; the usual one is {@code default}. */
  private final Map<String, Template> templates;

  private final Map<String, String> specialTokens;

  private ChatTemplate(Map<String, Template> templates, Map<String, String> specialTokens) {
    this.templates = Map.copyOf(templates);
    this.specialTokens = Map.copyOf(specialTokens);
  }

  /**
   * Reads the template of a model's folder, if it has one.
   *
   * @throws ModelException when it cannot be read
   */
  public static Optional<ChatTemplate> read(Path folder) {
    Path config = folder.resolve(CONFIG);
    Map<String, String> texts = new HashMap<>();
    Map<String, String> special = new HashMap<>();
    if (Files.exists(config)) {
      ConfigFields.read(
          config,
          fields -> {
            specialTokens(fields.json(), special);
            texts(fields.json().get("chat_template"), texts);
            return texts;
          });
    }
    Path file = folder.resolve(FILE);
    if (Files.exists(file)) {
      texts.put("default", text(file));
    }
    if (texts.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Template> templates = new HashMap<>();
    texts.forEach((name, text) -> templates.put(name, template(folder, name, text)));
    return Optional.of(new ChatTemplate(templates, special));
  }

  /**
   * A conversation as the text that the model is to continue.
   *
   * @throws IllegalArgumentException when the template refuses it, with the template's reason
   */
  public String render(List<ChatMessage> messages, ChatOptions options) {
    Map<String, Object> values = new HashMap<>(specialTokens);
    values.put("messages", messages.stream().map(ChatTemplate::plain).toList());
    values.put("add_generation_prompt", options.answer());
    values.put("tools", options.tools().isEmpty() ? null : plain(options.tools()));
    values.put("documents", null);
    options.values().forEach((name, value) -> values.put(name, plain(value)));
    Template tools = templates.get("tool_use");
    Template template =
        tools != null && !options.tools().isEmpty() ? tools : templates.get("default");
    if (template == null) {
      throw new IllegalArgumentException(
          "This model has no template named 'default', only %s".formatted(templates.keySet()));
    }
    try {
      return template.render(values, LocalDateTime.now(ZoneId.systemDefault()));
    } catch (TemplateException e) {
      throw new IllegalArgumentException(
          "The model's chat template does not take this conversation: " + e.getMessage(), e);
    }
  }

  private static Object plain(ChatMessage message) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("role", message.role());
    all.put("content", message.content());
    message.more().forEach((name, value) -> all.put(name, plain(value)));
    return all;
  }

  private static Object plain(Object value) {
    return switch (value) {
      case null -> null;
      case String text -> text;
      case Boolean truth -> truth;
      case Long number -> number;
      case Integer number -> (long) number;
      case Double number -> number;
      case Float number -> (double) number;
      case List<?> list -> {
        List<Object> all = new ArrayList<>();
        list.forEach(item -> all.add(plain(item)));
        yield all;
      }
      case Map<?, ?> map -> {
        Map<Object, Object> all = new LinkedHashMap<>();
        map.forEach((key, item) -> all.put(key, plain(item)));
        yield all;
      }
      default ->
          throw new IllegalArgumentException(
              "A template takes text, numbers, truth values, lists and maps, not a "
                  + value.getClass().getName());
    };
  }

  /** {@code bos_token} and its like: a text, or an object that holds it as {@code content}. */
  private static void specialTokens(JsonObject config, Map<String, String> special) {
    config
        .asMap()
        .forEach(
            (name, value) -> {
              if (name.endsWith("_token") && value.isJsonPrimitive()) {
                special.put(name, value.getAsString());
              } else if (name.endsWith("_token") && value.isJsonObject()) {
                special.put(name, value.getAsJsonObject().get("content").getAsString());
              }
            });
    special.keySet().removeIf(name -> name.startsWith("add_"));
  }

  /** One template, or a list of named ones. */
  private static void texts(JsonElement given, Map<String, String> texts) {
    if (given != null && given.isJsonPrimitive()) {
      texts.put("default", given.getAsString());
    } else if (given != null && given.isJsonArray()) {
      for (JsonElement each : given.getAsJsonArray()) {
        JsonObject named = each.getAsJsonObject();
        texts.put(named.get("name").getAsString(), named.get("template").getAsString());
      }
    }
  }

  private static Template template(Path folder, String name, String text) {
    try {
      return new Template(text);
    } catch (TemplateException e) {
      throw new ModelException(
          "The chat template '%s' of %s cannot be read: %s".formatted(name, folder, e.getMessage()),
          e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new ModelException("%s cannot be read: %s".formatted(file, e), e);
    }
  }
}
