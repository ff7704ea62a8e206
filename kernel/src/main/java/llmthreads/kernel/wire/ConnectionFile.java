package llmthreads.kernel.wire;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

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

  private static final int MAX_PORT = 65_535;

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
   * @throws IOException if the file cannot be read; the message is a sentence that names it
   * @throws IllegalArgumentException if it is not a connection file; the message names what is
   *     missing
   */
  public static ConnectionFile read(Path file) throws IOException {
    JsonObject json = json(file);
    return new ConnectionFile(
        text(json, "transport", "tcp", file),
        text(json, "ip", "127.0.0.1", file),
        port(json, "shell_port", file),
        port(json, "control_port", file),
        port(json, "iopub_port", file),
        port(json, "stdin_port", file),
        port(json, "hb_port", file),
        text(json, "signature_scheme", HMAC_SHA256, file),
        text(json, "key", "", file));
  }

  /** Whether other users of the machine may read a file; false where nobody can tell. */
  public static boolean isReadByOthers(Path file) {
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
      return permissions.contains(PosixFilePermission.OTHERS_READ);
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /** The ZeroMQ address of one port: {@code tcp://ip:port}, or {@code ipc://ip-port}. */
  public String address(int port) {
    return transport + "://" + ip + (transport.equals("tcp") ? ":" : "-") + port;
  }

  /** All but the key, which nobody is to find in a log. */
  @Override
  public String toString() {
    return "ConnectionFile[" + address(shellPort) + ", key=" + (key.isEmpty() ? "none" : "…") + "]";
  }

  private static JsonObject json(Path file) throws IOException {
    try {
      String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      return JsonParser.parseString(text).getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      throw new IllegalArgumentException(
          file + " is no connection file: it does not hold a JSON object.");
    } catch (NoSuchFileException e) {
      throw new IOException("There is no connection file " + file + ".", e);
    } catch (AccessDeniedException e) {
      throw new IOException("The connection file " + file + " may not be read by this user.", e);
    } catch (IOException e) {
      throw new IOException(
          "The connection file " + file + " cannot be read: " + e.getMessage() + ".", e);
    }
  }

  private static String text(JsonObject json, String name, String otherwise, Path file) {
    JsonElement value = json.get(name);
    if (value == null || value.isJsonNull()) {
      return otherwise;
    }
    if (value instanceof JsonPrimitive text && text.isString()) {
      return text.getAsString();
    }
    throw new IllegalArgumentException(
        file + " is no connection file: its '" + name + "' is no text.");
  }

  private static int port(JsonObject json, String name, Path file) {
    if (json.get(name) instanceof JsonPrimitive number
        && number.isNumber()
        && number.getAsDouble() >= 1
        && number.getAsDouble() <= MAX_PORT
        && number.getAsDouble() % 1 == 0) {
      return (int) number.getAsDouble();
    }
    throw new IllegalArgumentException(
        file + " is no connection file: '" + name + "' is missing or no port from 1 to 65535.");
  }
}
