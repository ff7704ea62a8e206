package llmthreads.model.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import llmthreads.model.ModelException;

/**
 * Where models come from and where they are kept.
 *
 * @param endpoint of the hub
 * @param cache folder of the models, in the layout that Python's {@code huggingface_hub} uses, so
 *     that both find each other's
 * @param token sent to the hub, and to nobody else, for models that need one
 * @param offline whether only what is in the cache may be used
 */
public record HubSettings(URI endpoint, Path cache, Optional<String> token, boolean offline) {
  private static final String ENDPOINT = "https://huggingface.co";
  private static final Set<String> YES = Set.of("1", "true", "yes", "on");

  /**
   * What the environment says: {@code HF_ENDPOINT}, {@code HF_HUB_CACHE} or {@code HF_HOME}, {@code
   * HF_TOKEN} or the file that it is kept in after a login, {@code HF_HUB_OFFLINE}.
   *
   * @throws ModelException when the endpoint is no address
   */
  public static HubSettings fromEnvironment() {
    return of(System.getenv(), Path.of(System.getProperty("user.home")));
  }

  static HubSettings of(Map<String, String> environment, Path userHome) {
    Path home =
        value(environment, "HF_HOME")
            .map(Path::of)
            .orElseGet(
                () ->
                    value(environment, "XDG_CACHE_HOME")
                        .map(Path::of)
                        .orElse(userHome.resolve(".cache"))
                        .resolve("huggingface"));
    Path cache =
        value(environment, "HF_HUB_CACHE").map(Path::of).orElseGet(() -> home.resolve("hub"));
    Path tokenFile =
        value(environment, "HF_TOKEN_PATH").map(Path::of).orElseGet(() -> home.resolve("token"));
    boolean offline =
        value(environment, "HF_HUB_OFFLINE")
            .map(text -> YES.contains(text.toLowerCase(Locale.ROOT)))
            .orElse(false);
    return new HubSettings(
        address(value(environment, "HF_ENDPOINT").orElse(ENDPOINT)),
        cache,
        value(environment, "HF_TOKEN").or(() -> firstLine(tokenFile)),
        offline);
  }

  private static Optional<String> value(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).map(String::strip).filter(s -> !s.isEmpty());
  }

  private static Optional<String> firstLine(Path file) {
    try {
      return Files.exists(file)
          ? Files.readString(file).lines().map(String::strip).filter(s -> !s.isEmpty()).findFirst()
          : Optional.empty();
    } catch (IOException e) {
      throw new ModelException(
          "%s, which holds the hub's token, cannot be read".formatted(file), e);
    }
  }

  private static URI address(String text) {
    try {
      URI address = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
      if (address.getHost() != null && Set.of("http", "https").contains(address.getScheme())) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      throw new ModelException(noAddress(text), e);
    }
    throw new ModelException(noAddress(text));
  }

  private static String noAddress(String text) {
    return "HF_ENDPOINT is '%s': give the address of a hub, such as %s".formatted(text, ENDPOINT);
  }
}
