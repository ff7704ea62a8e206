package llmthreads.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import llmthreads.device.Cancellation;
import llmthreads.model.Config;
import llmthreads.model.LanguageModel;
import llmthreads.model.PlainDecoder;
import llmthreads.model.Precision;
import llmthreads.model.RandomWeights;
import llmthreads.script.Operand;
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
        List.of(
            Sampling.greedy(),
            Sampling.random(0.9, 42).withTopK(40).withTopP(0.95),
            Sampling.random(0.9, 42)
                .withMinP(0.1)
                .withRepetitionPenalty(1.4)
                .withLogitBias(3, 2))) {
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
        case STOP -> fail("no stop string was given");
      }
    }
    assertEquals(3, completions.stream().map(Completion::finishReason).distinct().count());
  }

  @Test
  void penalties_and_biases_choose_by_the_changed_logits_and_report_the_models_own() {
    Sampling sampling = Sampling.greedy().withRepetitionPenalty(1.7).withLogitBias(11, 1.5);
    for (Completion completion :
        run(GenerateOptions.of(sampling).withLikeliest(3).withLogits(), PROMPTS)) {
      Set<Integer> seen = new HashSet<>();
      for (int token : PROMPTS.get(completion.promptIndex()).tokens()) {
        seen.add(token);
      }
      for (int step = 0; step < completion.tokens().length; step++) {
        float[] logits = completion.logits()[step];
        float[] changed = logits.clone();
        seen.forEach(token -> changed[token] *= changed[token] > 0 ? 1 / 1.7f : 1.7f);
        changed[11] += 1.5f;
        int chosen = completion.tokens()[step];
        for (float other : changed) {
          assertTrue(changed[chosen] >= other - 1e-6);
        }
        double sum = 0;
        for (float logit : logits) {
          sum += Math.exp(logit);
        }
        assertEquals(logits[chosen] - Math.log(sum), completion.logProbabilities()[step], 1e-5);
        List<TokenChance> likeliest = completion.likeliest().get(step);
        assertEquals(3, likeliest.size());
        float last = logits[likeliest.getLast().token()];
        long above = IntStream.range(0, 97).filter(token -> logits[token] > last).count();
        assertEquals(2, above);
        TokenChance first = likeliest.getFirst();
        assertEquals(Math.exp(logits[first.token()]) / sum, first.probability(), 1e-5);
        seen.add(chosen);
      }
    }
  }

  @Test
  void a_prompt_asked_several_times_gets_answers_of_its_own_that_come_again() {
    List<Prompt> repeated = Prompt.repeated(PROMPTS.subList(0, 2), 6);
    GenerateOptions options = GenerateOptions.of(Sampling.random(1, 5));
    List<Completion> answers = run(options, repeated);
    assertEquals(12, answers.size());
    for (int prompt = 0; prompt < 2; prompt++) {
      List<Completion> own = answers.subList(6 * prompt, 6 * prompt + 6);
      assertTrue(own.stream().map(each -> Arrays.toString(each.tokens())).distinct().count() > 3);
    }
    List<Completion> again = run(options.withBatch(1), repeated);
    for (int i = 0; i < 12; i++) {
      assertTrue(answers.get(i).sameBits(again.get(i)));
    }
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
    long before = Operand.live();
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
    assertEquals(before, Operand.live());
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
    refused("minP", () -> Sampling.greedy().withMinP(1.5));
    refused("repetitionPenalty", () -> Sampling.greedy().withRepetitionPenalty(0));
    refused("logitBias", () -> Sampling.greedy().withLogitBias(-1, 0));
    refused("logitBias", () -> Sampling.greedy().withLogitBias(1, Double.NaN));
    refused(
        "logitBias names token 97, the model's vocabulary has 97",
        () -> run(GenerateOptions.of(Sampling.greedy().withLogitBias(97, 1)), PROMPTS));
    refused("stop string is empty", () -> GenerateOptions.of(Sampling.greedy()).withStops(""));
    refused(
        "stop strings are text",
        () -> run(GenerateOptions.of(Sampling.greedy()).withStops("end"), PROMPTS));
    refused("likeliest", () -> GenerateOptions.of(Sampling.greedy()).withLikeliest(-1));
    refused("at least once", () -> Prompt.repeated(PROMPTS, 0));
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
