package llmthreads.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import llmthreads.model.ChatMessage;
import llmthreads.model.ChatOptions;
import llmthreads.model.Config;
import llmthreads.model.EmbeddedModel;
import llmthreads.model.LinearKernel;
import llmthreads.model.ModelException;
import llmthreads.model.Precision;
import llmthreads.model.RandomWeights;
import llmthreads.model.Safetensors;
import llmthreads.model.WeightSource;
import llmthreads.script.Operand;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineTest {
  private static final Config CONFIG =
      new Config(40, 64, 1, 2, 2, 32, 64, 64, 1e-5, 10_000, true, -1, List.of());

  /** Letters as tokens, which join without a blank. */
  private static final String TOKENIZER =
      """
      {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
       "normalizer": null,
       "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "."}, "behavior": "Isolated", "invert": false},
       "post_processor": null, "decoder": {"type": "Fuse"},
       "model": {"type": "WordLevel", "unk_token": "?", "vocab": {"?": 0, VOCABULARY}}}
      """;

  @TempDir Path folder;

  @BeforeEach
  void writeModel() throws IOException {
    CONFIG.write(folder, "float32");
    WeightSource random = new RandomWeights(3);
    Map<String, Safetensors.Entry> entries = new LinkedHashMap<>();
    put(entries, random, "model.embed_tokens.weight", 40, 64);
    put(entries, random, "model.norm.weight", 64);
    String layer = "model.layers.0.";
    put(entries, random, layer + "input_layernorm.weight", 64);
    put(entries, random, layer + "post_attention_layernorm.weight", 64);
    for (String part : List.of("q_proj", "k_proj", "v_proj", "o_proj")) {
      put(entries, random, layer + "self_attn." + part + ".weight", 64, 64);
    }
    for (String part : List.of("gate_proj", "up_proj", "down_proj")) {
      put(entries, random, layer + "mlp." + part + ".weight", 64, 64);
    }
    Safetensors.write(folder.resolve("model.safetensors"), entries);
    writeTokenizer(39);
  }

  @Test
  void without_a_precision_it_takes_the_one_that_is_best_here_and_has_nothing_to_say_against_it() {
    try (Engine engine = Engine.load(EmbeddedModel.folder())) {
      assertEquals(LinearKernel.preferred(), engine.model().precision());
      assertTrue(engine.notices().stream().noneMatch(n -> n.contains("slower")));
    }
  }

  @Test
  void it_says_that_a_precision_is_emulated() {
    assumeFalse(LinearKernel.fast(Precision.BF16), "this processor multiplies BF16");
    try (Engine engine = Engine.load(EmbeddedModel.folder(), Precision.BF16, 1)) {
      assertTrue(engine.notices().getFirst().contains("emulated"), engine.notices().toString());
    }
  }

  @Test
  void a_folder_answers_a_text_in_three_lines_and_streams_what_it_answers() {
    long before = Operand.live();
    StringBuilder streamed = new StringBuilder();
    try (Engine engine = Engine.load(folder, Precision.F32, 1)) {
      Completion answer = engine.generate("abc", Sampling.greedy());
      assertEquals(3, answer.promptTokens());
      assertEquals(answer.text(), answer.toString());
      assertEquals(answer.tokens().length, answer.text().length());
      GenerateOptions options =
          GenerateOptions.of(Sampling.greedy())
              .withListener((prompt, token, text) -> streamed.append(text));
      assertTrue(answer.sameBits(engine.generate(List.of("abc"), options).getFirst()));
      assertEquals(answer.text(), streamed.toString());
    }
    assertEquals(before, Operand.live());
  }

  @Test
  void a_stop_string_ends_an_answer_before_it_for_the_listener_too() {
    try (Engine engine = Engine.load(folder, Precision.F32, 1)) {
      String whole = engine.generate("abc", Sampling.greedy()).text();
      String stop = whole.substring(5, 8);
      int at = whole.indexOf(stop);
      StringBuilder streamed = new StringBuilder();
      GenerateOptions options =
          GenerateOptions.of(Sampling.greedy())
              .withStops("never", stop)
              .withListener((prompt, token, text) -> streamed.append(text));
      Completion answer = engine.generate(List.of("abc"), options).getFirst();
      assertEquals(FinishReason.STOP, answer.finishReason());
      assertEquals(whole.substring(0, at), answer.text());
      assertEquals(answer.text(), streamed.toString());
      assertEquals(at + 3, answer.tokens().length);

      streamed.setLength(0);
      GenerateOptions ends = options.withStops(whole.substring(whole.length() - 2) + "and more");
      assertEquals(whole, engine.generate(List.of("abc"), ends).getFirst().text());
      assertEquals(whole, streamed.toString(), "what was held back is told at the end");
    }
  }

  @Test
  void a_conversation_is_written_as_the_models_files_say() throws IOException {
    refusedChat("published without a chat template");
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        """
        {"bos_token": {"content": "B"}, "eos_token": "C", "add_bos_token": true,
         "chat_template": [{"name": "tool_use", "template": "never"}, {"name": "default", "template":
         "{{ bos_token }}{% for m in messages %}{{ m.role[0] ~ m.content }}{% endfor %}{{ shout or eos_token }}"}]}
        """);
    List<ChatMessage> talk = List.of(ChatMessage.user("abc"), ChatMessage.assistant("de"));
    try (Engine engine = Engine.load(folder, Precision.F32, 1)) {
      GenerateOptions options = GenerateOptions.of(engine.model(), 1);
      Completion expected = engine.generate("BuabcadeC", Sampling.greedy());
      assertTrue(expected.sameBits(engine.chat(talk)));
      Completion shouted = engine.chat(talk, ChatOptions.DEFAULT.with("shout", "A"), options);
      assertTrue(engine.generate("BuabcadeA", Sampling.greedy()).sameBits(shouted));
    }
    Files.writeString(folder.resolve("chat_template.jinja"), "{{ raise_exception('no talk') }}");
    refusedChat("does not take this conversation: line 1: the template refuses: no talk");
    Files.writeString(folder.resolve("chat_template.jinja"), "{% if %}");
    damaged("The chat template 'default' of", "line 1: a value belongs here, not '%}'");
  }

  private void refusedChat(String reason) {
    try (Engine engine = Engine.load(folder, Precision.F32, 1)) {
      refused(reason, () -> engine.chat(List.of(ChatMessage.user("a"))));
    }
  }

  @Test
  void options_are_what_the_models_publishers_mean() throws IOException {
    try (Engine engine = Engine.load(folder, Precision.F32, 1)) {
      assertEquals(GenerateOptions.of(Sampling.greedy()), GenerateOptions.of(engine.model(), 7));
    }
    Files.writeString(
        folder.resolve("generation_config.json"),
        """
        {"do_sample": true, "temperature": 0.6, "top_p": 0.9, "repetition_penalty": 1.1,
         "max_new_tokens": 5, "eos_token_id": [7, 9]}
        """);
    try (Engine engine = Engine.load(folder, Precision.F32, 1)) {
      GenerateOptions options = GenerateOptions.of(engine.model(), 7);
      assertEquals(new Sampling(0.6, 50, 0.9, 0, 1.1, Map.of(), 7), options.sampling());
      assertEquals(5, options.maxTokens());
      assertEquals(List.of(7, 9), engine.model().config().endTokens());
    }
    Files.writeString(folder.resolve("generation_config.json"), "{\"temperature\": \"hot\"}");
    damaged("generation_config.json", "the field 'temperature' is \"hot\", not a number");
  }

  @Test
  void a_virtual_thread_may_ask() throws InterruptedException {
    try (Engine engine = Engine.load(folder, Precision.F32, 1)) {
      Completion[] answer = new Completion[1];
      Thread.ofVirtual().start(() -> answer[0] = engine.generate("abc", Sampling.greedy())).join();
      assertTrue(answer[0].sameBits(engine.generate("abc", Sampling.greedy())));
    }
  }

  @Test
  void prompts_that_cannot_be_answered_are_named() {
    try (Engine engine = Engine.load(folder, Precision.F32, 1)) {
      refused("the list is empty", () -> engine.generate(List.of(), Sampling.greedy()));
      refused("Prompt 1 is empty", () -> engine.generate(List.of("a", ""), Sampling.greedy()));
      refused(
          "Prompt 0 has 70 tokens, the model's context is 64: shorten it to 63 at most",
          () -> engine.generate("a".repeat(70), Sampling.greedy()));
      assertEquals(1, engine.generate("a".repeat(63), Sampling.greedy()).tokens().length);
    }
  }

  @Test
  void a_damaged_folder_is_refused_by_name_and_leaves_nothing_open() throws IOException {
    long before = Operand.live();
    writeTokenizer(41);
    damaged("tokenizer.json", "vocab_size 40");
    Files.writeString(folder.resolve("tokenizer.json"), "{}");
    damaged("tokenizer.json", "is no tokenizer");
    Files.delete(folder.resolve("tokenizer.json"));
    damaged("tokenizer.json", "There is no file");
    writeTokenizer(39);
    Path weights = folder.resolve("model.safetensors");
    byte[] whole = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(whole, whole.length - 1));
    damaged("model.safetensors", "cut short");
    Files.delete(weights);
    damaged("model.safetensors", "There is no file");
    Files.write(weights, whole);
    Path config = folder.resolve("config.json");
    String json = Files.readString(config);
    Files.writeString(
        config, json.replace("\"intermediate_size\": 64", "\"intermediate_size\": 96"));
    damaged("mlp.gate_proj.weight", "shape [64, 64], the model's config.json calls for [96, 64]");
    Files.writeString(config, json.replace("\"num_hidden_layers\": 1", "\"num_hidden_layers\": 2"));
    damaged("model.safetensors", "no tensor 'model.layers.1.input_layernorm.weight'");
    Files.writeString(config, json.replace("LlamaForCausalLM", "MambaForCausalLM"));
    damaged("config.json", "architecture MambaForCausalLM is not supported");
    assertEquals(before, Operand.live());
    assertTrue(
        Thread.getAllStackTraces().keySet().stream()
            .noneMatch(thread -> thread.getName().startsWith("engine-")));
  }

  private void damaged(String file, String reason) {
    String message =
        assertThrows(ModelException.class, () -> Engine.load(folder, Precision.F32, 1))
            .getMessage();
    assertTrue(message.contains(file) && message.contains(reason), message);
  }

  private void writeTokenizer(int letters) throws IOException {
    StringBuilder vocabulary = new StringBuilder();
    for (int i = 1; i <= letters; i++) {
      char letter = (char) (i <= 26 ? 'a' + i - 1 : 'A' + i - 27);
      vocabulary.append(i == 1 ? "" : ", ").append("\"%s\": %d".formatted(letter, i));
    }
    Files.writeString(
        folder.resolve("tokenizer.json"), TOKENIZER.replace("VOCABULARY", vocabulary));
  }

  private static void put(
      Map<String, Safetensors.Entry> entries, WeightSource random, String name, long... shape) {
    entries.put(name, random.get(name, shape));
  }

  private static void refused(String reason, Runnable request) {
    String message = assertThrows(IllegalArgumentException.class, request::run).getMessage();
    assertTrue(message.contains(reason), message);
  }
}
