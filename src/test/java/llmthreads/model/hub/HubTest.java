package llmthreads.model.hub;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import llmthreads.model.ModelException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubTest {
  private static final HubName NAME = HubName.parse(FakeHub.NAME);
  private static final HubName PINNED = new HubName(FakeHub.NAME, FakeHub.COMMIT);
  private static final String WEIGHTS = "model.safetensors";

  @TempDir Path cache;
  private FakeHub fake;

  @BeforeEach
  void open() throws IOException {
    fake = new FakeHub();
  }

  @AfterEach
  void close() {
    fake.close();
  }

  private Hub hub(Optional<String> token, boolean offline) {
    return new Hub(new HubSettings(fake.endpoint(), cache, token, offline));
  }

  private Hub hub() {
    return hub(Optional.empty(), false);
  }

  @Test
  void a_model_is_fetched_once_and_its_other_files_are_left_where_they_are() throws IOException {
    Path folder = hub().folder(FakeHub.NAME);
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(
          Set.of("config.json", "tokenizer.json", WEIGHTS),
          files.map(file -> file.getFileName().toString()).collect(Collectors.toSet()));
    }
    assertArrayEquals(fake.files.get(WEIGHTS), Files.readAllBytes(folder.resolve(WEIGHTS)));
    fake.requests.clear();
    assertEquals(folder, hub().folder(FakeHub.NAME));
    assertEquals(1, fake.requests.size(), "only the commit is asked for: " + fake.requests);
    fake.requests.clear();
    assertEquals(folder, hub().folder(PINNED, HubListener.NONE));
    assertEquals(folder, hub(Optional.empty(), true).folder(FakeHub.NAME));
    assertEquals(List.of(), fake.requests, "a commit and an offline hub need no network");
  }

  @Test
  void of_an_encoder_it_is_fetched_how_vectors_are_made_too() throws IOException {
    fake.put("1_Pooling/config.json", "{}");
    fake.put("onnx/config.json", "{}");
    Path folder = hub().folder(FakeHub.NAME);
    assertEquals("{}", Files.readString(folder.resolve("1_Pooling/config.json")));
    assertFalse(Files.exists(folder.resolve("onnx")));
  }

  @Test
  void a_fetch_that_was_cut_goes_on_where_it_stopped() throws IOException {
    fake.cutAfter.set(300_000);
    assertThrows(ModelException.class, () -> hub().folder(FakeHub.NAME));
    AtomicLong first = new AtomicLong(-1);
    Path folder =
        hub()
            .folder(
                NAME,
                (file, bytes, of) -> {
                  if (file.equals(WEIGHTS)) {
                    first.compareAndSet(-1, bytes);
                    assertEquals(fake.files.get(WEIGHTS).length, of);
                  }
                });
    assertTrue(first.get() > 300_000, "it began anew: " + first);
    assertArrayEquals(fake.files.get(WEIGHTS), Files.readAllBytes(folder.resolve(WEIGHTS)));
  }

  @Test
  void damaged_content_is_refused_and_not_kept() throws IOException {
    fake.damaging = true;
    String told = assertThrows(ModelException.class, () -> hub().folder(FakeHub.NAME)).getMessage();
    assertTrue(told.contains("model.safetensors of owner/tiny@main came damaged"), told);
    fake.damaging = false;
    Path folder = hub().folder(FakeHub.NAME);
    assertArrayEquals(fake.files.get(WEIGHTS), Files.readAllBytes(folder.resolve(WEIGHTS)));
  }

  @Test
  void the_token_goes_to_the_hub_and_not_to_its_store() {
    fake.neededToken = "secret";
    String told = assertThrows(ModelException.class, () -> hub().folder(FakeHub.NAME)).getMessage();
    assertTrue(told.contains("HF_TOKEN"), told);
    String wrong =
        assertThrows(
                ModelException.class, () -> hub(Optional.of("another"), false).folder(FakeHub.NAME))
            .getMessage();
    assertFalse(wrong.contains("another"), wrong);
    fake.requests.clear();
    hub(Optional.of("secret"), false).folder(FakeHub.NAME);
    for (String request : fake.requests) {
      assertEquals(request.startsWith("hub"), request.endsWith("with token"), request);
    }
  }

  @Test
  void what_is_not_there_is_told_in_a_sentence() {
    told("There is no model owner/none@main at", () -> hub().folder("owner/none"));
    told("is not in the cache", () -> hub(Optional.empty(), true).folder(FakeHub.NAME));
    fake.files.remove("config.json");
    told("has no config.json with weights in safetensors", () -> hub().folder(FakeHub.NAME));
  }

  @Test
  void without_a_network_the_cache_is_used() {
    Path folder = hub().folder(FakeHub.NAME);
    Hub nowhere =
        new Hub(new HubSettings(URI.create("http://127.0.0.1:9"), cache, Optional.empty(), false));
    assertEquals(folder, nowhere.folder(FakeHub.NAME));
    told("cannot be fetched from http://127.0.0.1:9", () -> nowhere.folder("owner/none"));
  }

  @Test
  void a_snapshot_without_its_weights_is_not_taken_for_the_model() throws IOException {
    Path folder = hub().folder(FakeHub.NAME);
    Files.delete(folder.resolve(WEIGHTS));
    told("is not in the cache", () -> hub(Optional.empty(), true).folder(FakeHub.NAME));
    assertTrue(Files.exists(hub().folder(PINNED, HubListener.NONE).resolve(WEIGHTS)));
    Files.delete(folder.resolve(WEIGHTS));
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"weight_map\": {\"a\": \"model-00001-of-00002.safetensors\"}}");
    told("is not in the cache", () -> hub(Optional.empty(), true).folder(FakeHub.NAME));
  }

  @Test
  void several_that_want_the_same_at_once_fetch_it_once() throws Exception {
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Path>> folders =
          IntStream.range(0, 4)
              .mapToObj(i -> callers.submit(() -> hub().folder(FakeHub.NAME)))
              .toList();
      for (Future<Path> folder : folders) {
        assertEquals(fake.files.get(WEIGHTS).length, Files.size(folder.get().resolve(WEIGHTS)));
      }
    }
    assertEquals(
        1, fake.requests.stream().filter(request -> request.startsWith("store GET")).count());
  }

  @Test
  void an_interrupt_ends_a_fetch_and_the_next_goes_on() {
    Thread caller = Thread.currentThread();
    HubListener interrupting =
        (file, bytes, of) -> {
          if (file.equals(WEIGHTS)) {
            caller.interrupt();
          }
        };
    assertThrows(CancellationException.class, () -> hub().folder(NAME, interrupting));
    assertTrue(Thread.interrupted(), "the interrupt stays visible");
    assertTrue(Files.exists(hub().folder(FakeHub.NAME).resolve(WEIGHTS)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/b/c", "../x", "a/..", "a b", "a@", "a@../b", "/etc", "-a"})
  void what_is_no_name_is_refused(String text) {
    told("is no name of a model", () -> HubName.parse(text));
  }

  @Test
  void settings_are_those_of_the_environment() {
    Path home = Path.of("home");
    HubSettings plain = HubSettings.of(Map.of(), home);
    assertEquals(home.resolve(".cache/huggingface/hub"), plain.cache());
    assertFalse(plain.offline());
    HubSettings set =
        HubSettings.of(
            Map.of(
                "HF_HOME", "there",
                "HF_TOKEN", " secret ",
                "HF_HUB_OFFLINE", "True",
                "HF_ENDPOINT", "http://localhost:1/"),
            home);
    assertEquals(
        new HubSettings(
            URI.create("http://localhost:1"), Path.of("there/hub"), Optional.of("secret"), true),
        set);
    told("HF_ENDPOINT is 'nowhere'", () -> HubSettings.of(Map.of("HF_ENDPOINT", "nowhere"), home));
  }

  private static void told(String sentence, Runnable request) {
    String message = assertThrows(ModelException.class, request::run).getMessage();
    assertTrue(message.contains(sentence), message);
  }
}
