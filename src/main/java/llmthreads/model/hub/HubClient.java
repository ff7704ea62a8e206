package llmthreads.model.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import llmthreads.model.ModelException;

/**
 * What is asked of a hub over HTTP. It follows redirections itself, because the token goes to the
 * hub and not to the store that the hub may point to.
 */
final class HubClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int MOST_REDIRECTIONS = 5;

  private final HubSettings settings;
  private final HttpClient http;

  HubClient(HubSettings settings) {
    this.settings = settings;
    this.http =
        HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /**
   * A file as the hub describes it.
   *
   * @param tag names its content: the SHA-256 of a large file, Git's SHA-1 of a small one
   * @param bytes of the content, when the hub says so
   */
  record Description(String tag, OptionalLong bytes) {
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_-]+");

    Description {
      if (!TAG.matcher(tag).matches()) {
        throw new ModelException("The hub names a content '%s', which is no name".formatted(tag));
      }
    }
  }

  /** The hub's answer on a model: its commit and its files, as JSON. */
  String model(HubName name) throws IOException {
    URI address = at("api/models/" + name.repository() + "/revision/" + encoded(name.revision()));
    HttpResponse<String> answer = send(name, get(address), BodyHandlers.ofString(), true);
    require(name, answer.statusCode(), 200);
    return answer.body();
  }

  Description describe(HubName name, String commit, String file) throws IOException {
    HttpRequest.Builder head =
        HttpRequest.newBuilder(address(name, commit, file))
            .method("HEAD", HttpRequest.BodyPublishers.noBody());
    HttpResponse<Void> answer = send(name, head, BodyHandlers.discarding(), false);
    if (answer.statusCode() >= 400) {
      require(name, answer.statusCode(), 200);
    }
    Optional<String> tag = header(answer, "X-Linked-Etag").or(() -> header(answer, "ETag"));
    OptionalLong bytes =
        Arrays.stream(new String[] {"X-Linked-Size", "Content-Length"})
            .mapToLong(field -> answer.headers().firstValueAsLong(field).orElse(-1))
            .filter(length -> length >= 0)
            .findFirst();
    return new Description(
        tag.orElseThrow(
            () -> new IOException("the hub names no content for %s of %s".formatted(file, name))),
        answer.statusCode() == 200 || header(answer, "X-Linked-Size").isPresent()
            ? bytes
            : OptionalLong.empty());
  }

  /**
   * A file's bytes from a place on; the status 206 says that the hub begins there, 200 does not.
   */
  HttpResponse<InputStream> content(HubName name, String commit, String file, long from)
      throws IOException {
    HttpRequest.Builder get = get(address(name, commit, file));
    if (from > 0) {
      get.header("Range", "bytes=%d-".formatted(from));
    }
    return send(name, get, BodyHandlers.ofInputStream(), true);
  }

  /**
   * Sends a request and follows redirections: all of them, or only those that stay at the hub and
   * say nothing about the content yet.
   */
  private <T> HttpResponse<T> send(
      HubName name, HttpRequest.Builder request, BodyHandler<T> handler, boolean everywhere)
      throws IOException {
    URI address = request.build().uri();
    for (int hop = 0; hop <= MOST_REDIRECTIONS; hop++) {
      HttpRequest.Builder next = request.copy().uri(address).timeout(PATIENCE);
      if (isHub(address)) {
        settings.token().ifPresent(token -> next.header("Authorization", "Bearer " + token));
      }
      HttpResponse<T> answer = exchange(name, next.build(), handler);
      Optional<String> location = header(answer, "Location");
      boolean redirected = answer.statusCode() / 100 == 3 && location.isPresent();
      if (!redirected) {
        return answer;
      }
      address = address.resolve(location.get());
      if (!everywhere && (!isHub(address) || header(answer, "X-Linked-Etag").isPresent())) {
        return answer;
      }
      if (answer.body() instanceof InputStream body) {
        body.close();
      }
    }
    throw new IOException("the hub redirects without end");
  }

  private <T> HttpResponse<T> exchange(HubName name, HttpRequest request, BodyHandler<T> handler)
      throws IOException {
    try {
      return http.send(request, handler);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted(name);
    }
  }

  static CancellationException interrupted(HubName name) {
    return new CancellationException(
        "The fetching of %s was interrupted; the next one goes on where it stopped"
            .formatted(name));
  }

  /** Says in a sentence what a status means that is not the one that was hoped for. */
  void require(HubName name, int status, int wanted) throws IOException {
    if (status == wanted) {
      return;
    }
    String sentence =
        switch (status) {
          case 401, 403 ->
              settings.token().isPresent()
                  ? "The hub does not give %s to the owner of this token: accept the model's conditions on its page, or check HF_TOKEN"
                      .formatted(name)
                  : "The hub gives %s to known users only, or does not have it: check the name, or set HF_TOKEN"
                      .formatted(name);
          case 404 ->
              "There is no model %s at %s: check owner, name and revision"
                  .formatted(name, settings.endpoint());
          default -> throw new IOException("the hub answered with status " + status);
        };
    throw new ModelException(sentence);
  }

  private URI address(HubName name, String commit, String file) {
    return at(name.repository() + "/resolve/" + commit + "/" + encoded(file));
  }

  private URI at(String path) {
    return URI.create(settings.endpoint() + "/" + path);
  }

  private boolean isHub(URI address) {
    URI hub = settings.endpoint();
    return hub.getScheme().equals(address.getScheme())
        && hub.getHost().equals(address.getHost())
        && hub.getPort() == address.getPort();
  }

  private static HttpRequest.Builder get(URI address) {
    return HttpRequest.newBuilder(address).GET();
  }

  private static Optional<String> header(HttpResponse<?> answer, String name) {
    return answer
        .headers()
        .firstValue(name)
        .map(value -> value.replaceFirst("^W/", "").replace("\"", ""));
  }

  private static String encoded(String path) {
    return Arrays.stream(path.split("/"))
        .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
        .collect(Collectors.joining("/"));
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
