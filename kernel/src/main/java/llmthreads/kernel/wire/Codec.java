package llmthreads.kernel.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Turns messages into frames and back, and signs them by HMAC-SHA256 over header, parent header,
 * metadata and content. Safe for use by several threads.
 */
public final class Codec {
  private static final byte[] DELIMITER = "<IDS|MSG>".getBytes(US_ASCII);

  private final SecretKeySpec key;

  /** A codec that signs with the given key; an empty key leaves messages unsigned. */
  public Codec(String key) {
    this.key = key.isEmpty() ? null : new SecretKeySpec(key.getBytes(UTF_8), "HmacSHA256");
  }

  /** The frames of a message in the order in which they travel. */
  public List<byte[]> encode(Message message) {
    byte[] header = bytes(message.header());
    byte[] parent = bytes(message.parentHeader());
    byte[] metadata = bytes(message.metadata());
    byte[] content = bytes(message.content());
    List<byte[]> frames = new ArrayList<>(message.identities());
    frames.add(DELIMITER);
    frames.add(sign(header, parent, metadata, content).getBytes(US_ASCII));
    frames.addAll(List.of(header, parent, metadata, content));
    frames.addAll(message.buffers());
    return frames;
  }

  /**
   * Reads a message from its frames.
   *
   * @throws MalformedMessageException if frames are missing, the signature is wrong, a part is no
   *     JSON object, or the header does not say which message it is
   */
  public Message decode(List<byte[]> frames) {
    int delimiter = 0;
    while (delimiter < frames.size() && !Arrays.equals(frames.get(delimiter), DELIMITER)) {
      delimiter++;
    }
    if (frames.size() < delimiter + 6) {
      throw new MalformedMessageException("it lacks frames of a message");
    }
    List<byte[]> parts = frames.subList(delimiter + 2, delimiter + 6);
    byte[] expected =
        sign(parts.get(0), parts.get(1), parts.get(2), parts.get(3)).getBytes(US_ASCII);
    if (!MessageDigest.isEqual(expected, frames.get(delimiter + 1))) {
      throw new MalformedMessageException("its signature does not fit the key of this kernel");
    }
    JsonObject header = json(parts.get(0), "header");
    if (Message.string(header, "msg_type").isEmpty()
        || Message.string(header, "msg_id").isEmpty()) {
      throw new MalformedMessageException("its header lacks msg_type or msg_id");
    }
    return new Message(
        List.copyOf(frames.subList(0, delimiter)),
        header,
        json(parts.get(1), "parent header"),
        json(parts.get(2), "metadata"),
        json(parts.get(3), "content"),
        List.copyOf(frames.subList(delimiter + 6, frames.size())));
  }

  /**
   * Thrown for a message that does not follow the protocol; the message is a clause that says why.
   */
  public static final class MalformedMessageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Makes one for a reason such as "its signature is wrong". */
    public MalformedMessageException(String reason) {
      super(reason);
    }
  }

  /** The signature of parts, in hexadecimal; empty without a key. */
  public String sign(byte[]... parts) {
    if (key == null) {
      return "";
    }
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      for (byte[] part : parts) {
        mac.update(part);
      }
      return HexFormat.of().formatHex(mac.doFinal());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "This JVM cannot sign by HMAC-SHA256, which Jupyter asks for.", e);
    }
  }

  private static byte[] bytes(JsonObject json) {
    return json.toString().getBytes(UTF_8);
  }

  private static JsonObject json(byte[] bytes, String part) {
    try {
      return JsonParser.parseString(new String(bytes, UTF_8)).getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      throw new MalformedMessageException("its " + part + " is no JSON object");
    }
  }
}
