package llmthreads.kernel.wire;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a client wants the five sockets of a kernel, and the key that signs what travels on them:
 * the connection file of the Jupyter messaging protocol.
 */
public record ConnectionFile(
    String transport,
    String ip,
    int shellPort,
    int controlPort,
    int iopubPort,
    int stdinPort,
    int heartbeatPort,
    String signatureScheme,
    String key) {

  /** The only signature scheme in use; an empty key switches signing off. */
  public static final String HMAC_SHA256 = "hmac-sha256";

  public ConnectionFile {
    if (!transport.equals("tcp") && !transport.equals("ipc")) {
      throw new IllegalArgumentException(
          "The connection file asks for transport '"
              + transport
              + "'; this kernel speaks tcp and ipc.");
    }
    if (!key.isEmpty() && !signatureScheme.equals(HMAC_SHA256)) {
      throw new IllegalArgumentException(
          "The connection file asks for signatures by '"
              + signatureScheme
              + "'; this kernel signs by "
              + HMAC_SHA256
              + ".");
    }
  }

  /**
   * Reads a connection file.
   *
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if it is not a connection file; the message names what is
   *     missing
   */
  public static ConnectionFile read(Path file) throws IOException {
    JsonObject json;
    try {
      json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      throw new IllegalArgumentException(
          file + " is no connection file: it does not hold a JSON object.", e);
    }
    return new ConnectionFile(
        text(json, "transport", "tcp"),
        text(json, "ip", "127.0.0.1"),
        port(json, "shell_port", file),
        port(json, "control_port", file),
        port(json, "iopub_port", file),
        port(json, "stdin_port", file),
        port(json, "hb_port", file),
        text(json, "signature_scheme", HMAC_SHA256),
        text(json, "key", ""));
  }

  /** The ZeroMQ address of one port: {@code tcp://ip:port}, or {@code ipc://ip-port}. */
  public String address(int port) {
    return transport + "://" + ip + (transport.equals("tcp") ? ":" : "-") + port;
  }

  private static String text(JsonObject json, String name, String otherwise) {
    JsonElement value = json.get(name);
    return value == null || value.isJsonNull() ? otherwise : value.getAsString();
  }

  private static int port(JsonObject json, String name, Path file) {
    JsonElement value = json.get(name);
    if (value == null || !value.isJsonPrimitive() || !value.getAsJsonPrimitive().isNumber()) {
      throw new IllegalArgumentException(
          file + " is no connection file: the number '" + name + "' is missing.");
    }
    return value.getAsInt();
  }
}
