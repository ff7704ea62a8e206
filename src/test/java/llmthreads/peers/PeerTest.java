package llmthreads.peers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import llmthreads.model.Config;
import llmthreads.model.Precision;
import llmthreads.model.PublishedShape;
import llmthreads.model.RandomModel;
import llmthreads.script.ElementType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engines that the benchmark compares compute the same, and say what they did. */
class PeerTest {
  private static final int[][] PROMPTS = {{5, 900, 17, 3}, {1, 2, 3, 4}, {2000, 8, 8, 8}};
  private static final int STEPS = 6;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"tiny-gpt2-124m", "tiny-smollm2-135m", "tiny-qwen2.5-0.5b"})
  void plain_operations_answer_as_the_engine_does(String shape) {
    write(shape);
    try (PeerModel engine = EnginePeer.load(folder, Precision.F32);
        PeerModel plain = NdArrayPeer.load(folder)) {
      int[][] expected = answer(engine);
      assertTrue(Arrays.stream(expected).flatMapToInt(Arrays::stream).distinct().count() > 2);
      assertArrayEquals(expected, answer(plain));
      assertArrayEquals(expected, answer(plain), "again, from an empty cache");
    }
  }

  @Test
  void a_process_says_the_tokens_and_why_it_cannot() throws Exception {
    write("tiny-gpt2-124m");
    Peer peer =
        Peer.all("python3").stream()
            .filter(one -> one.named("llm-threads:f32"))
            .findFirst()
            .orElseThrow();
    try (PeerProcess process = PeerProcess.start(peer, folder.resolve("log.txt"), PATIENCE);
        PeerModel here = EnginePeer.load(folder, Precision.F32)) {
      assertInstanceOf(Answer.Done.class, process.greeting());
      Answer missing = process.ask("load " + folder.resolve("none"));
      assertTrue(((Answer.Refused) missing).why().contains("config.json"), missing.toString());
      assertInstanceOf(Answer.Done.class, process.ask("load " + folder));
      var first = (Answer.Done) process.ask("begin 2 3 2");
      var more = (Answer.Done) process.ask("decode 2");
      here.open(2, 5);
      int[] tokens = here.prompt(new int[][] {{13, 110, 207}, {1788, 1885, 1982}});
      assertEquals(list(tokens), first.tokens());
      int[] second = here.step(tokens);
      List<Integer> both = new ArrayList<>(list(second));
      both.addAll(list(here.step(second)));
      assertEquals(both, more.tokens());
    }
  }

  @Test
  void a_process_that_says_nothing_is_killed() throws Exception {
    Peer peer = new Peer("silent", Form.F32, List.of("sleep", "600"));
    try (PeerProcess process =
        PeerProcess.start(peer, folder.resolve("log.txt"), Duration.ofMillis(200))) {
      Answer answer = process.greeting();
      assertTrue(((Answer.Gone) answer).why().contains("was killed"), answer.toString());
      assertInstanceOf(Answer.Gone.class, process.ask("load " + folder));
    }
  }

  @Test
  void an_engine_that_computes_something_else_in_single_precision_is_called_void() {
    Results results = new Results();
    Peer right = new Peer("a", Form.F32, List.of());
    Peer wrong = new Peer("b", Form.F32, List.of());
    Peer rounded = new Peer("a", Form.Q4_0, List.of());
    results.addTokens(right, List.of(1, 2, 3, 4));
    results.addTokens(wrong, List.of(1, 9, 9, 9));
    results.addTokens(rounded, List.of(1, 9, 9, 9));
    assertEquals(
        List.of("Void: b computes something else (1/4 tokens are the same), whatever the form."),
        results.remarks());
  }

  @Test
  void a_goal_compares_medians_and_leaves_out_who_was_not_measured() {
    PeerSettings settings = settings();
    Results results = new Results();
    Peer ours = new Peer(Peer.OURS, Form.F32, List.of());
    Peer other = new Peer(Peer.LLAMA_CPP, Form.F32, List.of());
    for (double ms : List.of(1.0, 2.0, 9.0)) {
      results.add(ours, Results.decode(1), ms);
      results.add(other, Results.decode(1), 1.5 * ms);
    }
    Config config = settings.shapes().getFirst().config();
    double bandwidth = Form.F32.work(config, 1, 1, settings.middle()).bytes() / 2e-3;
    PeerLimits limits = new PeerLimits(bandwidth, Map.of(Precision.F32, 1e15));
    assertEquals(
        """

        | this engine | against | at | ratio | goal |  |
        | --- | --- | --- | --- | --- | --- |
        | f32 | llama.cpp f32 | batch 1 | × 1.50 | 1.1 | met |
        | f32 | the machine's memory | batch 1 | × 1.00 | 0.8 | met |
        """,
        PeerGoals.table(settings, config, results, limits));
  }

  private static PeerSettings settings() {
    return PeerSettings.of(
        "models=tiny-gpt2-124m",
        "peers=",
        "batches=1,16",
        "repetitions=3",
        "warm-ups=1",
        "steps=1",
        "patience=1",
        "python=python3",
        "folder=none");
  }

  private void write(String shape) {
    RandomModel.write(PublishedShape.named(shape).config(), 1, ElementType.F32, folder);
  }

  private static int[][] answer(PeerModel model) {
    model.open(PROMPTS.length, PROMPTS[0].length + STEPS);
    int[][] answer = new int[STEPS + 1][];
    answer[0] = model.prompt(PROMPTS);
    for (int i = 1; i <= STEPS; i++) {
      answer[i] = model.step(answer[i - 1]);
    }
    return answer;
  }

  private static List<Integer> list(int... numbers) {
    return Arrays.stream(numbers).boxed().toList();
  }
}
