package llmthreads.kernel.wire;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;

/**
 * One message of the Jupyter protocol.
 *
 * @param identities the routing frames in front of the delimiter: who asked, or the topic on iopub
 * @param header who sent it, when, and its type
 * @param parentHeader the header of the message that this one answers, empty if none
 * @param metadata what does not fit elsewhere; nearly always empty
 * @param content the message itself
 * @param buffers binary attachments, as widgets use them
 */
public record Message(
    List<byte[]> identities,
    JsonObject header,
    JsonObject parentHeader,
    JsonObject metadata,
    JsonObject content,
    List<byte[]> buffers) {

  /** The version of the messaging protocol that this kernel speaks. */
  public static final String PROTOCOL_VERSION = "5.4";

  /** The type, such as {@code execute_request}. */
  public String type() {
    return string(header, "msg_type");
  }

  /** The identifier that replies name in their parent header. */
  public String id() {
    return string(header, "msg_id");
  }

  /** The answer to {@code request}, sent back to whoever asked. */
  public static Message reply(Message request, String type, String session, JsonObject content) {
    return new Message(
        request.identities(),
        header(type, session, string(request.header(), "username")),
        request.header(),
        new JsonObject(),
        content,
        List.of());
  }

  /** A message to everyone who listens on iopub, about the request with the given header. */
  public static Message broadcast(
      JsonObject parentHeader, String type, String session, JsonObject content) {
    return broadcast(parentHeader, type, session, content, new JsonObject(), List.of());
  }

  /** The same with metadata and attachments. */
  public static Message broadcast(
      JsonObject parentHeader,
      String type,
      String session,
      JsonObject content,
      JsonObject metadata,
      List<byte[]> buffers) {
    return new Message(
        List.of(type.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
        header(type, session, "kernel"),
        parentHeader,
        metadata,
        content,
        buffers);
  }

  /** The same message with other frames in front of it. */
  Message withIdentities(List<byte[]> other) {
    return new Message(other, header, parentHeader, metadata, content, buffers);
  }

  /** A member of an object as a string, or the empty string where it is missing. */
  public static String string(JsonObject object, String name) {
    JsonElement value = object.get(name);
    return value != null && value.isJsonPrimitive() ? value.getAsString() : "";
  }

  private static JsonObject header(String type, String session, String username) {
    JsonObject header = new JsonObject();
    header.addProperty("msg_id", UUID.randomUUID().toString());
    header.addProperty("msg_type", type);
    header.addProperty("session", session);
    header.addProperty("username", username);
    header.addProperty(
        "date", OffsetDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MICROS).toString());
    header.addProperty("version", PROTOCOL_VERSION);
    return header;
  }
}
