package llmthreads.model.hub;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import llmthreads.model.ModelException;

/**
 * Published models by name: the files that an engine needs, fetched once and kept in a local cache.
 *
 * <pre>{@code
 * Path folder = Hub.fromEnvironment().folder("owner/model");
 * try (Engine engine = Engine.load(folder)) { … }
 * }</pre>
 *
 * <p>Each file is checked against the checksum that the hub gives; an interrupted fetch is gone on
 * with by the next; without a network, what is in the cache is used. Any number of threads and
 * processes may fetch into one cache.
 */
public final class Hub {
  /** Files beside the weights that are read, where a model has them. */
  private static final Pattern WANTED =
      Pattern.compile(
          "(config|generation_config|tokenizer|tokenizer_config|special_tokens_map|vocab|chat_template)\\.json"
              + "|merges\\.txt|chat_template\\.jinja|model\\.safetensors(\\.index\\.json)?"
              + "|model-\\d+-of-\\d+\\.safetensors"
              + "|modules\\.json|sentence_bert_config\\.json|1_Pooling/config\\.json");

  private final HubSettings settings;
  private final HubCache cache;

  /** A hub, or what the cache holds of it. */
  public Hub(HubSettings settings) {
    this.settings = settings;
    this.cache = new HubCache(settings.cache());
  }

  /** The hub that the environment names, see {@link HubSettings#fromEnvironment}. */
  public static Hub fromEnvironment() {
    return new Hub(HubSettings.fromEnvironment());
  }

  /**
   * The decoders that the cache holds, whole and of an architecture that this module reads, by
   * name. Asks no network.
   *
   * @throws ModelException when the cache cannot be read
   */
  public List<CachedDecoder> cachedDecoders() {
    return cache.decoders();
  }

  /** The folder of a model, {@code owner/model} or {@code owner/model@revision}. */
  public Path folder(String name) {
    return folder(HubName.parse(name), HubListener.NONE);
  }

  /**
   * The folder of a model, with its files; what is missing is fetched.
   *
   * @throws ModelException when there is no such model, it may not be read, a file is damaged,
   *     there is no room, or no network for what the cache does not hold
   * @throws java.util.concurrent.CancellationException when the thread is interrupted, whose flag
   *     is set again
   */
  public Path folder(HubName name, HubListener listener) {
    Optional<Path> kept = cache.snapshot(name);
    if (kept.isPresent() && (settings.offline() || name.isPinned())) {
      return kept.get();
    }
    if (settings.offline()) {
      throw new ModelException(
          "%s is not in the cache %s, and HF_HUB_OFFLINE forbids to fetch it"
              .formatted(name, settings.cache()));
    }
    try (HubClient client = new HubClient(settings)) {
      return fetch(client, name, listener);
    } catch (IOException e) {
      if (e.getCause() instanceof InterruptedException) {
        Thread.currentThread().interrupt();
        throw HubClient.interrupted(name);
      }
      return kept.orElseThrow(
          () ->
              new ModelException(
                  "%s cannot be fetched from %s: %s".formatted(name, settings.endpoint(), told(e)),
                  e));
    }
  }

  /** A model's commit, and those of its files that an engine reads. */
  private record Listing(String commit, List<String> files) {
    static Listing of(HubName name, String json) {
      try {
        JsonObject model = JsonParser.parseString(json).getAsJsonObject();
        List<String> files = new ArrayList<>();
        for (JsonElement file : model.getAsJsonArray("siblings")) {
          files.add(file.getAsJsonObject().get("rfilename").getAsString());
        }
        files.removeIf(file -> !WANTED.matcher(file).matches());
        if (!files.contains("config.json")
            || files.stream().noneMatch(file -> file.endsWith(".safetensors"))) {
          throw new ModelException(
              "%s has no config.json with weights in safetensors: it cannot be read here"
                  .formatted(name));
        }
        return new Listing(HubName.commit(model.get("sha").getAsString()), files);
      } catch (JsonParseException | IllegalStateException | NullPointerException e) {
        throw new ModelException(
            "The hub's answer on %s is not the JSON that was expected".formatted(name), e);
      }
    }
  }

  private Path fetch(HubClient client, HubName name, HubListener listener) throws IOException {
    Listing listing = Listing.of(name, client.model(name));
    Path model = settings.cache().resolve(name.folder());
    Path snapshot = model.resolve("snapshots").resolve(listing.commit);
    for (String file : listing.files) {
      Path link = snapshot.resolve(file);
      if (!Files.exists(link)) {
        HubClient.Description wanted = client.describe(name, listing.commit, file);
        Path locks = settings.cache().resolve(".locks").resolve(name.folder());
        Blob blob =
            new Blob(
                model.resolve("blobs").resolve(wanted.tag()),
                locks.resolve(wanted.tag() + ".lock"),
                wanted);
        blob.fetch(name, file, from -> opened(client, name, listing.commit, file, from), listener);
        link(link, blob.path());
      }
    }
    remember(model, name, listing.commit);
    return snapshot;
  }

  private static HttpResponse<InputStream> opened(
      HubClient client, HubName name, String commit, String file, long from) throws IOException {
    HttpResponse<InputStream> answer = client.content(name, commit, file, from);
    if (answer.statusCode() != 206) {
      client.require(name, answer.statusCode(), 200);
    }
    return answer;
  }

  /** A snapshot's files are links to contents, so that revisions share what they have in common. */
  private static void link(Path link, Path content) throws IOException {
    Files.createDirectories(link.getParent());
    try {
      Files.createSymbolicLink(link, link.getParent().relativize(content));
    } catch (FileAlreadyExistsException e) {
      // another process was faster
    } catch (UnsupportedOperationException | IOException e) {
      Files.copy(content, link);
    }
  }

  /** Which commit a branch or tag stood for, written so that nobody ever reads half of it. */
  private static void remember(Path model, HubName name, String commit) throws IOException {
    if (!name.isPinned()) {
      Path ref = model.resolve("refs").resolve(name.revision());
      Files.createDirectories(ref.getParent());
      Path written = Files.createTempFile(ref.getParent(), "ref", null);
      Files.writeString(written, commit);
      Files.move(written, ref, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static String told(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
