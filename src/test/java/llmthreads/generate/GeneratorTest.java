package llmthreads.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import llmthreads.device.Cancellation;
import llmthreads.model.Config;
import llmthreads.model.LanguageModel;
import llmthreads.model.PlainDecoder;
import llmthreads.model.Precision;
import llmthreads.model.RandomWeights;
import llmthreads.script.Tensor;
import llmthreads.trace.Trace;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class GeneratorTest {
  private static final Config CONFIG =
      new Config(97, 64, 2, 4, 2, 32, 96, 96, 1e-5, 10_000, false, -1, List.of(5, 9));
  private static final LanguageModel MODEL =
      LanguageModel.of(CONFIG, new RandomWeights(7), Precision.F32);
  private static final List<Prompt> PROMPTS = prompts(23);

  @AfterAll
  static void close() {
    MODEL.close();
  }

  @Test
  void greedy_tokens_are_the_likeliest_of_the_decoder_in_plain_loops() {
    PlainDecoder oracle = new PlainDecoder(CONFIG, new RandomWeights(7));
    Completion completion = run(GenerateOptions.of(Sampling.greedy()), PROMPTS).get(3);
    List<Integer> sequence = new ArrayList<>();
    for (int token : PROMPTS.get(3).tokens()) {
      sequence.add(token);
    }
    for (int i = 0; i < completion.tokens().length; i++) {
      double[] logits =
          oracle.logits(sequence.stream().mapToInt(t -> t).toArray())[sequence.size() - 1];
      int best = 0;
      double sum = 0;
      for (int token = 0; token < logits.length; token++) {
        best = logits[token] > logits[best] ? token : best;
        sum += Math.exp(logits[token]);
      }
      assertEquals(best, completion.tokens()[i]);
      assertEquals(logits[best] - Math.log(sum), completion.logProbabilities()[i], 1e-4);
      sequence.add(best);
    }
  }

  @Test
  void batch_size_chunks_and_order_change_no_bit() {
    for (Sampling sampling :
        List.of(Sampling.greedy(), Sampling.random(0.9, 42).withTopK(40).withTopP(0.95))) {
      GenerateOptions options = GenerateOptions.of(sampling).withMaxTokens(40).withLogits();
      List<Completion> alone = new ArrayList<>();
      for (Prompt prompt : PROMPTS) {
        alone.addAll(run(options, List.of(prompt)));
      }
      for (int batch : new int[] {2, 5, 23}) {
        for (int chunk : new int[] {0, 7}) {
          List<Completion> together =
              run(options.withBatch(batch).withPrefillChunk(chunk), PROMPTS);
          for (int i = 0; i < alone.size(); i++) {
            assertTrue(
                alone.get(i).sameBits(together.get(i)),
                "prompt %d, batch %d, chunk %d, %s".formatted(i, batch, chunk, sampling));
          }
        }
      }
    }
  }

  @Test
  void a_sequence_ends_at_an_end_token_at_its_limit_or_at_the_context() {
    List<Completion> completions =
        run(GenerateOptions.of(Sampling.random(1.5, 1)).withMaxTokens(60), PROMPTS);
    for (Completion completion : completions) {
      int[] tokens = completion.tokens();
      for (int i = 0; i < tokens.length - 1; i++) {
        assertTrue(!CONFIG.endTokens().contains(tokens[i]));
      }
      switch (completion.finishReason()) {
        case END -> assertTrue(CONFIG.endTokens().contains(tokens[tokens.length - 1]));
        case MAX_TOKENS -> assertEquals(60, tokens.length);
        case CONTEXT -> assertEquals(96, completion.promptTokens() + tokens.length);
      }
    }
    assertEquals(3, completions.stream().map(Completion::finishReason).distinct().count());
  }

  @Test
  void the_listener_hears_every_token_in_order() {
    List<List<Integer>> heard = new ArrayList<>();
    PROMPTS.forEach(prompt -> heard.add(new ArrayList<>()));
    List<Completion> completions =
        run(
            GenerateOptions.of(Sampling.greedy())
                .withListener((prompt, token, text) -> heard.get(prompt).add(token)),
            PROMPTS);
    for (Completion completion : completions) {
      assertArrayEquals(
          completion.tokens(),
          heard.get(completion.promptIndex()).stream().mapToInt(t -> t).toArray());
    }
  }

  @Test
  void a_cancelled_run_ends_before_its_next_step_and_leaves_nothing_open() {
    long before = Tensor.live();
    Cancellation cancellation = new Cancellation();
    List<Integer> heard = new ArrayList<>();
    GenerateOptions options =
        GenerateOptions.of(Sampling.greedy())
            .withListener(
                (prompt, token, text) -> {
                  heard.add(token);
                  if (heard.size() == 12) {
                    cancellation.request();
                  }
                });
    Generator generator = new Generator(MODEL, options, cancellation, Trace.off());
    assertThrows(CancellationException.class, () -> generator.run(PROMPTS));
    assertTrue(heard.size() <= 16, "the step in hand ends, no other begins: " + heard.size());
    assertEquals(before, Tensor.live());
  }

  @Test
  void what_cannot_be_asked_is_refused_in_a_sentence() {
    refused("the list is empty", () -> Prompt.of(CONFIG, List.of()));
    refused("Prompt 1 is empty", () -> Prompt.of(CONFIG, List.of(new int[] {1}, new int[0])));
    refused(
        "Prompt 0 has 96 tokens, the model's context is 96",
        () -> Prompt.of(CONFIG, List.of(new int[96])));
    refused("token 97", () -> Prompt.of(CONFIG, List.of(new int[] {97})));
    refused("no tokenizer", () -> Prompt.encode(MODEL, List.of("x")));
    refused("temperature", () -> Sampling.random(-1, 0));
    refused("temperature", () -> Sampling.random(Double.NaN, 0));
    refused("topK", () -> Sampling.greedy().withTopK(-1));
    refused("topP", () -> Sampling.greedy().withTopP(0));
    refused("maxTokens", () -> GenerateOptions.of(Sampling.greedy()).withMaxTokens(0));
    refused("batch", () -> GenerateOptions.of(Sampling.greedy()).withBatch(0));
    refused("prefillChunk", () -> GenerateOptions.of(Sampling.greedy()).withPrefillChunk(-1));
  }

  static List<Prompt> prompts(int count) {
    SplittableRandom random = new SplittableRandom(3);
    List<int[]> tokens = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tokens.add(random.ints(1 + random.nextInt(80), 0, 97).toArray());
    }
    return Prompt.of(CONFIG, tokens);
  }

  private static List<Completion> run(GenerateOptions options, List<Prompt> prompts) {
    return new Generator(MODEL, options, new Cancellation(), Trace.off()).run(prompts);
  }

  private static void refused(String reason, Runnable request) {
    String message = assertThrows(IllegalArgumentException.class, request::run).getMessage();
    assertTrue(message.contains(reason), message);
  }
}
