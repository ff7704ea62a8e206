package llmthreads.model.hub;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import llmthreads.model.Config;
import llmthreads.model.ModelException;

/**
 * What is kept of published models.
 *
 * @param folder of all of them, which need not be there yet
 */
record HubCache(Path folder) {
  /** The snapshot that the cache holds of a model, if it is whole enough to be read. */
  Optional<Path> snapshot(HubName name) {
    Path model = folder.resolve(name.folder());
    try {
      Path ref = model.resolve("refs").resolve(name.revision());
      String commit =
          name.isPinned()
              ? name.revision()
              : Files.exists(ref) ? Files.readString(ref).strip() : "";
      Path snapshot = model.resolve("snapshots").resolve(commit);
      return !commit.isEmpty() && isWhole(snapshot) ? Optional.of(snapshot) : Optional.empty();
    } catch (IOException | JsonParseException | IllegalStateException e) {
      throw unreadable(model, e);
    }
  }

  /** All whole snapshots of decoders that can be read, by name. */
  List<CachedDecoder> decoders() {
    List<CachedDecoder> decoders = new ArrayList<>();
    for (Path model : children(folder)) {
      HubName.repositoryOf(model.getFileName().toString())
          .ifPresent(repository -> decoders.addAll(decoders(model, repository)));
    }
    decoders.sort(Comparator.comparing(each -> each.name().toString()));
    return List.copyOf(decoders);
  }

  private List<CachedDecoder> decoders(Path model, String repository) {
    List<CachedDecoder> decoders = new ArrayList<>();
    for (Path snapshot : children(model.resolve("snapshots"))) {
      String commit = snapshot.getFileName().toString();
      HubName name = new HubName(repository, revision(model, commit).orElse(commit));
      snapshot(name)
          .flatMap(HubCache::readable)
          .ifPresent(config -> decoders.add(new CachedDecoder(name, snapshot, config)));
    }
    return decoders;
  }

  /** The first of the branches and tags that stand for a commit. */
  private static Optional<String> revision(Path model, String commit) {
    return children(model.resolve("refs")).stream()
        .filter(ref -> Files.isRegularFile(ref) && commit.equals(text(ref)))
        .map(ref -> ref.getFileName().toString())
        .findFirst();
  }

  private static Optional<Config> readable(Path snapshot) {
    try {
      return Optional.of(Config.read(snapshot));
    } catch (ModelException e) {
      return Optional.empty();
    }
  }

  private static boolean isWhole(Path snapshot) throws IOException {
    if (!Files.exists(snapshot.resolve("config.json"))) {
      return false;
    }
    Path index = snapshot.resolve("model.safetensors.index.json");
    if (!Files.exists(index)) {
      return Files.exists(snapshot.resolve("model.safetensors"));
    }
    JsonObject shards =
        JsonParser.parseString(Files.readString(index))
            .getAsJsonObject()
            .getAsJsonObject("weight_map");
    return shards.asMap().values().stream()
        .allMatch(shard -> Files.exists(snapshot.resolve(shard.getAsString())));
  }

  private static List<Path> children(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException | UncheckedIOException e) {
      throw unreadable(folder, e);
    }
  }

  private static String text(Path ref) {
    try {
      return Files.readString(ref).strip();
    } catch (IOException e) {
      throw unreadable(ref, e);
    }
  }

  private static ModelException unreadable(Path folder, Exception e) {
    return new ModelException("The cache %s cannot be read: %s".formatted(folder, e), e);
  }
}
