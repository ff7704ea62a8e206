package llmthreads.kernel.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import llmthreads.kernel.wire.Codec.MalformedMessageException;
import org.junit.jupiter.api.Test;

class CodecTest {
  private final Codec codec = new Codec("key");

  private static Message message() {
    JsonObject header = new JsonObject();
    header.addProperty("msg_type", "execute_request");
    header.addProperty("msg_id", "1");
    JsonObject content = new JsonObject();
    content.addProperty("code", "\"<ü & 数>\"");
    byte[] identity = {0, 1, (byte) 0xff};
    byte[] buffer = {4, 5};
    return new Message(
        List.of(identity), header, new JsonObject(), new JsonObject(), content, List.of(buffer));
  }

  @Test
  void aMessageComesBackAsItWasSent() {
    Message sent = message();
    Message received = codec.decode(codec.encode(sent));
    assertEquals(sent.header(), received.header());
    assertEquals(sent.content(), received.content());
    assertArrayEquals(sent.identities().getFirst(), received.identities().getFirst());
    assertArrayEquals(sent.buffers().getFirst(), received.buffers().getFirst());
  }

  @Test
  void theSignatureIsHmacSha256OfTheFourParts() {
    // printf '{}{}{}{}' | openssl dgst -sha256 -hmac key
    JsonObject empty = new JsonObject();
    List<byte[]> frames =
        codec.encode(new Message(List.of(), empty, empty, empty, empty, List.of()));
    assertEquals(
        "ca767b02c5bc061ed184a9a029e7f93a7f2f7ed4e8fe74120fc1212f0b008fa3",
        new String(frames.get(1), StandardCharsets.US_ASCII));
  }

  @Test
  void aChangedPartIsRefused() {
    List<byte[]> frames = new ArrayList<>(codec.encode(message()));
    frames.set(6, "{\"code\":\"System.exit(0)\"}".getBytes(StandardCharsets.UTF_8));
    Exception refused = assertThrows(MalformedMessageException.class, () -> codec.decode(frames));
    assertTrue(refused.getMessage().contains("signature"), refused.getMessage());
  }

  @Test
  void missingFramesAreRefused() {
    List<byte[]> frames = codec.encode(message()).subList(0, 4);
    assertThrows(MalformedMessageException.class, () -> codec.decode(frames));
  }

  @Test
  void anEmptyKeyLeavesMessagesUnsigned() {
    Codec unsigned = new Codec("");
    List<byte[]> frames = unsigned.encode(message());
    assertEquals(0, frames.get(2).length);
    assertEquals(message().content(), unsigned.decode(frames).content());
  }
}
