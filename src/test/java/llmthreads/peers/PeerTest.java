package llmthreads.peers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
    try (PeerProcess process = PeerProcess.start(peer, folder.resolve("log.txt"));
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
