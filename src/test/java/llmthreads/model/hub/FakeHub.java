package llmthreads.model.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A hub on this machine, with a store of its own for large files, as the real one has: small files
 * come from the hub, large ones by a redirection from the store.
 */
final class FakeHub implements AutoCloseable {
  static final String NAME = "owner/tiny";
  static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  final Map<String, byte[]> files = new TreeMap<>();
  final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  final AtomicInteger cutAfter = new AtomicInteger(Integer.MAX_VALUE);
  volatile boolean damaging;
  volatile String neededToken = "";

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer hub = server(this::answer);
  private final HttpServer store = server(this::give);

  FakeHub() throws IOException {
    put("config.json", "{\"architectures\": [\"LlamaForCausalLM\"]}");
    put("tokenizer.json", "{}");
    put("README.md", "not wanted");
    put("onnx/model.onnx", "not wanted");
    files.put("model.safetensors", "weights ".repeat(100_000).getBytes(StandardCharsets.UTF_8));
  }

  void put(String file, String text) {
    files.put(file, text.getBytes(StandardCharsets.UTF_8));
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + hub.getAddress().getPort());
  }

  private HttpServer server(com.sun.net.httpserver.HttpHandler handler) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", handler);
    server.setExecutor(threads);
    server.start();
    return server;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = note(exchange, "hub");
      String token = exchange.getRequestHeaders().getFirst("Authorization");
      if (!neededToken.isEmpty() && !("Bearer " + neededToken).equals(token)) {
        exchange.sendResponseHeaders(401, -1);
      } else if (path.startsWith("/api/models/" + NAME + "/revision/")) {
        send(exchange, listing().getBytes(StandardCharsets.UTF_8), 0);
      } else if (path.startsWith("/" + NAME + "/resolve/" + COMMIT + "/")) {
        String file = path.substring(path.indexOf(COMMIT) + COMMIT.length() + 1);
        byte[] content = files.get(file);
        if (file.endsWith(".safetensors")) {
          exchange.getResponseHeaders().add("X-Linked-Etag", "\"" + sha("SHA-256", content) + "\"");
          exchange.getResponseHeaders().add("X-Linked-Size", String.valueOf(content.length));
          exchange
              .getResponseHeaders()
              .add(
                  "Location",
                  "http://127.0.0.1:%d/%s".formatted(store.getAddress().getPort(), file));
          exchange.sendResponseHeaders(302, -1);
        } else {
          exchange.getResponseHeaders().add("ETag", "\"" + gitSha(content) + "\"");
          send(exchange, content, 0);
        }
      } else {
        exchange.sendResponseHeaders(404, -1);
      }
    }
  }

  /** The store: it heeds ranges, may cut a connection, and may damage what it gives. */
  private void give(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = note(exchange, "store");
      byte[] content = files.get(path.substring(1)).clone();
      if (damaging) {
        content[content.length / 2] ^= 1;
      }
      String range = exchange.getRequestHeaders().getFirst("Range");
      int from = range == null ? 0 : Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
      int cut = cutAfter.getAndSet(Integer.MAX_VALUE);
      if (cut < content.length - from) {
        exchange.sendResponseHeaders(from == 0 ? 200 : 206, content.length - from);
        exchange.getResponseBody().write(content, from, cut);
        exchange.getResponseBody().flush();
      } else {
        send(exchange, content, from);
      }
    }
  }

  private String note(HttpExchange exchange, String who) {
    String path = exchange.getRequestURI().getPath();
    String token = exchange.getRequestHeaders().containsKey("Authorization") ? " with token" : "";
    requests.add("%s %s %s%s".formatted(who, exchange.getRequestMethod(), path, token));
    return path;
  }

  private static void send(HttpExchange exchange, byte[] content, int from) throws IOException {
    boolean head = exchange.getRequestMethod().equals("HEAD");
    if (head) {
      exchange.getResponseHeaders().add("Content-Length", String.valueOf(content.length));
    }
    exchange.sendResponseHeaders(from == 0 ? 200 : 206, head ? -1 : content.length - from);
    if (!head) {
      try (OutputStream body = exchange.getResponseBody()) {
        body.write(content, from, content.length - from);
      }
    }
  }

  private String listing() {
    List<String> siblings =
        files.keySet().stream().map(file -> "{\"rfilename\": \"%s\"}".formatted(file)).toList();
    return "{\"sha\": \"%s\", \"siblings\": %s}".formatted(COMMIT, siblings);
  }

  private static String gitSha(byte[] content) {
    byte[] head = "blob %d\0".formatted(content.length).getBytes(StandardCharsets.US_ASCII);
    byte[] all = new byte[head.length + content.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(content, 0, all, head.length, content.length);
    return sha("SHA-1", all);
  }

  private static String sha(String algorithm, byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    hub.stop(0);
    store.stop(0);
    threads.shutdownNow();
  }
}
