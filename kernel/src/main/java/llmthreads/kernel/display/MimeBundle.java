package llmthreads.kernel.display;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * One thing in several forms, each under its MIME type; a client shows the richest that it can.
 * Immutable: every {@code with} returns another bundle.
 *
 * @param data the forms: strings for text, base64 for binary data, JSON for MIME types that are
 *     JSON
 * @param metadata per MIME type, such as the width of an image; mostly empty
 */
public record MimeBundle(Map<String, JsonElement> data, Map<String, JsonObject> metadata) {
  public static final String TEXT = "text/plain";
  public static final String HTML = "text/html";
  public static final String MARKDOWN = "text/markdown";
  public static final String PNG = "image/png";
  public static final String SVG = "image/svg+xml";

  public MimeBundle {
    data = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(data));
    metadata = Map.copyOf(metadata);
  }

  /** A bundle of plain text, which every thing shown should have. */
  public static MimeBundle text(String text) {
    return new MimeBundle(Map.of(), Map.of()).with(TEXT, text);
  }

  /** This bundle and one form more, as text. */
  public MimeBundle with(String mime, String form) {
    return with(mime, new JsonPrimitive(Objects.requireNonNull(form, mime)));
  }

  /** This bundle and one form more, as bytes; they travel in base64. */
  public MimeBundle with(String mime, byte[] form) {
    return with(mime, new JsonPrimitive(Base64.getEncoder().encodeToString(form)));
  }

  /** This bundle and one form more, as JSON. */
  public MimeBundle with(String mime, JsonElement form) {
    if (mime.indexOf('/') <= 0) {
      throw new IllegalArgumentException(
          "'" + mime + "' is no MIME type; one looks like text/html or image/png.");
    }
    Map<String, JsonElement> more = new LinkedHashMap<>(data);
    more.put(mime, form);
    return new MimeBundle(more, metadata);
  }

  /**
   * This bundle with the size, in CSS pixels, at which the image of the given type is to be shown.
   */
  public MimeBundle withSize(String mime, int width, int height) {
    JsonObject size = new JsonObject();
    size.addProperty("width", width);
    size.addProperty("height", height);
    Map<String, JsonObject> more = new LinkedHashMap<>(metadata);
    more.put(mime, size);
    return new MimeBundle(data, more);
  }

  /** The plain text; empty where there is none. */
  public String plainText() {
    JsonElement text = data.get(TEXT);
    return text == null ? "" : text.getAsString();
  }

  /** Only the named forms, and plain text. */
  public MimeBundle only(Set<String> mimes) {
    Map<String, JsonElement> some = new LinkedHashMap<>(data);
    some.keySet().removeIf(mime -> !mime.equals(TEXT) && !mimes.contains(mime));
    return new MimeBundle(some, metadata);
  }

  /** The data as a message carries it. */
  public JsonObject dataJson() {
    JsonObject json = new JsonObject();
    data.forEach(json::add);
    return json;
  }

  /** The metadata as a message carries it. */
  public JsonObject metadataJson() {
    JsonObject json = new JsonObject();
    metadata.forEach(json::add);
    return json;
  }
}
