package llmthreads.model.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import llmthreads.model.Config;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubCacheTest {
  private static final String FIRST = "1".repeat(40);
  private static final String SECOND = "2".repeat(40);
  private static final Config CONFIG =
      new Config(97, 64, 2, 4, 2, 32, 96, 128, 1e-5, 10_000, true, -1, List.of());

  @TempDir Path folder;

  private Path snapshot(String model, String commit) throws IOException {
    Path snapshot = folder.resolve(model).resolve("snapshots").resolve(commit);
    Files.createDirectories(snapshot);
    CONFIG.write(snapshot, "float32");
    Files.writeString(snapshot.resolve("model.safetensors"), "weights");
    return snapshot;
  }

  private void ref(String model, String revision, String commit) throws IOException {
    Path refs = folder.resolve(model).resolve("refs");
    Files.createDirectories(refs);
    Files.writeString(refs.resolve(revision), commit + "\n");
  }

  private List<String> names() {
    return new HubCache(folder).decoders().stream().map(each -> each.name().toString()).toList();
  }

  @Test
  void every_snapshot_is_listed_by_its_branch_or_by_its_commit() throws IOException {
    Path first = snapshot("models--owner--b", FIRST);
    snapshot("models--owner--b", SECOND);
    ref("models--owner--b", "main", FIRST);
    snapshot("models--a", SECOND);
    assertEquals(List.of("a@" + SECOND, "owner/b@" + SECOND, "owner/b@main"), names());
    CachedDecoder last = new HubCache(folder).decoders().getLast();
    assertEquals(first, last.folder());
    assertEquals(CONFIG, last.config());
  }

  @Test
  void what_is_not_whole_or_of_another_kind_is_left_out() throws IOException {
    Files.delete(snapshot("models--owner--cut", FIRST).resolve("model.safetensors"));
    Path shards = snapshot("models--owner--shards", FIRST);
    Files.writeString(
        shards.resolve("model.safetensors.index.json"),
        "{\"weight_map\": {\"a\": \"model-1-of-2.safetensors\"}}");
    Path other = snapshot("models--owner--other", FIRST);
    Files.writeString(other.resolve("config.json"), "{\"architectures\": [\"T5Model\"]}");
    Files.createDirectories(folder.resolve("datasets--owner--texts/snapshots").resolve(FIRST));
    Files.writeString(folder.resolve("version.txt"), "1");
    assertEquals(List.of(), names());
    Files.writeString(shards.resolve("model-1-of-2.safetensors"), "weights");
    assertEquals(List.of("owner/shards@" + FIRST), names());
  }

  @Test
  void a_cache_that_is_not_there_yet_holds_nothing() {
    assertEquals(List.of(), new HubCache(folder.resolve("none")).decoders());
  }
}
