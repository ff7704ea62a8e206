package llmthreads.kernel.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionFileTest {
  private static final String PORTS =
      "\"shell_port\":1,\"control_port\":2,\"iopub_port\":3,\"stdin_port\":4,\"hb_port\":5";

  @TempDir private Path folder;

  private ConnectionFile read(String json) throws IOException {
    return ConnectionFile.read(Files.writeString(folder.resolve("kernel.json"), json));
  }

  @Test
  void portsBecomeAddresses() throws IOException {
    ConnectionFile file = read("{" + PORTS + ",\"ip\":\"10.0.0.1\",\"key\":\"k\"}");
    assertEquals("tcp://10.0.0.1:1", file.address(file.shellPort()));
    assertEquals("k", file.key());
  }

  @Test
  void ipcAddressesEndInTheNumber() throws IOException {
    ConnectionFile file = read("{" + PORTS + ",\"transport\":\"ipc\",\"ip\":\"/tmp/k\"}");
    assertEquals("ipc:///tmp/k-5", file.address(file.heartbeatPort()));
  }

  @Test
  void aMissingPortIsNamed() {
    String json = "{" + PORTS.replace("\"hb_port\":5", "\"hb_port\":null") + "}";
    assertTrue(refusal(json).contains("'hb_port' is missing or no port"), refusal(json));
  }

  @Test
  void anotherSignatureSchemeIsNamed() {
    String json = "{" + PORTS + ",\"key\":\"k\",\"signature_scheme\":\"hmac-md5\"}";
    assertTrue(refusal(json).contains("'hmac-md5'"), refusal(json));
  }

  @Test
  void anotherTransportIsNamed() {
    assertTrue(refusal("{" + PORTS + ",\"transport\":\"udp\"}").contains("'udp'"));
  }

  @Test
  void whatIsNoJsonIsRefused() {
    assertTrue(refusal("[1]").contains("no connection file"));
  }

  private String refusal(String json) {
    return assertThrows(IllegalArgumentException.class, () -> read(json)).getMessage();
  }
}
