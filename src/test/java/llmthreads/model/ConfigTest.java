package llmthreads.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConfigTest {
  @TempDir Path folder;

  private static final Config SMALL =
      new Config(1000, 256, 4, 8, 4, 32, 640, 256, 1e-5, 10_000, true, 1, List.of(2));

  @Test
  void what_was_written_is_read_back() {
    SMALL.write(folder, "bfloat16");
    assertEquals(SMALL, Config.read(folder));
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void a_model_of_any_architecture_that_was_written_is_read_back(Architecture architecture) {
    Config sample = withDesign(SampleDesigns.of(architecture));
    sample.write(folder, "float32");
    assertEquals(sample, Config.read(folder));
  }

  @Test
  void a_scaling_by_one_factor_is_written_and_read_back() {
    Config sample =
        withDesign(
            Design.gated(
                Architecture.LLAMA,
                new Rotary(500, new Rotary.Interpolated(4)),
                Design.AttentionBias.NONE,
                true,
                false,
                0));
    sample.write(folder, "float32");
    assertEquals(sample, Config.read(folder));
  }

  @Test
  void a_mistral_has_the_window_that_its_file_states_or_the_first_one_s() throws IOException {
    Design design = SampleDesigns.of(Architecture.MISTRAL);
    Path file = folder.resolve("config.json");
    for (var window : Map.of("24", 24, "null", 0).entrySet()) {
      withDesign(design).write(folder, "float32");
      String json = Files.readString(file).replace(": 24,", ": " + window.getKey() + ",");
      Files.writeString(file, json);
      assertEquals(window.getValue(), Config.read(folder).design().window());
    }
    withDesign(design).write(folder, "float32");
    Files.writeString(file, Files.readString(file).replace("\"sliding_window\": 24,", ""));
    assertEquals(4096, Config.read(folder).design().window());
  }

  @Test
  void a_qwen_s_window_counts_in_all_layers_or_is_refused() throws IOException {
    Path file = folder.resolve("config.json");
    withDesign(SampleDesigns.of(Architecture.QWEN2)).write(folder, "float32");
    String json = Files.readString(file);
    Files.writeString(file, json.replace("\"max_window_layers\": 0", "\"max_window_layers\": 3"));
    refused("a sliding window in 1 of 4 layers is not supported");
    Files.writeString(file, json.replace("\"max_window_layers\": 0", "\"max_window_layers\": 4"));
    assertEquals(0, Config.read(folder).design().window());
    String kinds = "\"layer_types\": [\"full_attention\", \"sliding_attention\"]";
    Files.writeString(file, json.replace("\"max_window_layers\": 0", kinds));
    refused("a sliding window in 1 of 4 layers is not supported");
    Files.writeString(
        file, json.replace("\"use_sliding_window\": true", "\"use_sliding_window\": false"));
    assertEquals(0, Config.read(folder).design().window());
  }

  @Test
  void a_gpt2_that_computes_otherwise_is_refused() throws IOException {
    Path file = folder.resolve("config.json");
    Config sample = withDesign(SampleDesigns.of(Architecture.GPT2));
    sample.write(folder, "float32");
    String json = Files.readString(file);
    Files.writeString(file, json.replace("gelu_new", "gelu_pytorch_tanh"));
    assertEquals(sample, Config.read(folder));
    Files.writeString(file, json.replace("gelu_new", "relu"));
    refused("activation_function relu is not supported, only gelu_new is");
    Files.writeString(
        file, json.replace("\"n_embd\"", "\"scale_attn_weights\": false, \"n_embd\""));
    refused("scale_attn_weights false is not supported");
    Files.writeString(file, json.replace("\"n_head\": 8", "\"n_head\": 7"));
    refused("256 is no multiple of num_attention_heads 7");
  }

  @Test
  void a_missing_file_a_missing_field_and_no_json_are_named() throws IOException {
    refused("no file");
    Files.writeString(folder.resolve("config.json"), "{");
    refused("not the JSON of a model");
    Files.writeString(folder.resolve("config.json"), "[]");
    refused("not the JSON of a model");
    change("\"vocab_size\": 1000,", "");
    refused("'vocab_size' is missing");
    change("\"vocab_size\": 1000", "\"vocab_size\": \"many\"");
    refused("'vocab_size' is \"many\", not a number");
    change("\"vocab_size\": 1000", "\"vocab_size\": 12.5");
    refused("12.5, not an integer");
  }

  @Test
  void what_this_decoder_cannot_do_is_refused() throws IOException {
    change("LlamaForCausalLM", "MambaForCausalLM");
    refused("architecture MambaForCausalLM is not supported");
    change("\"silu\"", "\"gelu\"");
    refused("hidden_act gelu is not supported");
    change("\"attention_bias\": false", "\"attention_bias\": 1");
    refused("'attention_bias' is 1, not true or false");
    scale("{\"rope_type\": \"yarn\"}");
    refused("rope_scaling of type 'yarn' is not supported");
    scale("{\"rope_type\": \"llama3\"}");
    refused("'factor' is missing");
    scale("{\"type\": \"linear\", \"factor\": 0.5}");
    refused("the factor of rope scaling must be at least 1, it is 0.5");
    scale("{\"rope_type\": \"default\", \"partial_rotary_factor\": 0.5}");
    refused("partial_rotary_factor 0.5 is not supported");
    change("\"num_key_value_heads\": 4", "\"num_key_value_heads\": 3");
    refused("num_attention_heads 8 is no multiple of num_key_value_heads 3");
    change("\"num_hidden_layers\": 4", "\"num_hidden_layers\": 0");
    refused("num_hidden_layers must be at least 1");
  }

  @Test
  void both_spellings_of_the_rotary_base_are_read() throws IOException {
    change(
        "\"rope_theta\": 10000.0",
        "\"rope_parameters\": {\"rope_type\": \"default\", \"rope_theta\": 500.0}");
    assertEquals(500, Config.read(folder).design().rotary().theta());
    change("\"rope_theta\": 10000.0,", "");
    assertEquals(10_000, Config.read(folder).design().rotary().theta());
  }

  @Test
  void several_end_tokens_are_read() throws IOException {
    change("\"eos_token_id\": 2", "\"eos_token_id\": [2, 7]");
    assertEquals(List.of(2, 7), Config.read(folder).endTokens());
    change("\"eos_token_id\": 2", "\"eos_token_id\": null");
    assertEquals(List.of(), Config.read(folder).endTokens());
  }

  @Test
  void the_end_tokens_of_the_generation_settings_come_before_the_model_s() throws IOException {
    SMALL.write(folder, "bfloat16");
    Path file = folder.resolve("generation_config.json");
    Files.writeString(file, "{\"eos_token_id\": [5, 9], \"temperature\": 0.6}");
    assertEquals(List.of(5, 9), Config.read(folder).endTokens());
    Files.writeString(file, "{\"eos_token_id\": null}");
    assertEquals(List.of(2), Config.read(folder).endTokens());
    Files.writeString(file, "{\"eos_token_id\": 5000}");
    String message = assertThrows(ModelException.class, () -> Config.read(folder)).getMessage();
    assertTrue(message.contains("generation_config.json: eos_token_id 5000 lies outside"), message);
  }

  @Test
  void parameters_are_counted_with_the_tied_head_once() {
    Config tiny = new Config(10, 4, 1, 2, 1, 2, 8, 16, 1e-5, 10_000, true, -1, List.of());
    assertEquals(10 * 4 + 4 * (4 + 2 + 2) + 4 * 4 + 3 * 4 * 8 + 2 * 4 + 4, tiny.parameters());
    Config gpt2 =
        new Config(
            50_257, 768, 12, 12, 12, 64, 3072, 1024, 1e-5, true, -1, List.of(), Gpt2Files.design());
    assertEquals(124_439_808, gpt2.parameters());
  }

  private static Config withDesign(Design design) {
    int keyValueHeads = design.architecture() == Architecture.GPT2 ? 8 : 4;
    return new Config(
        1000, 256, 4, 8, keyValueHeads, 32, 640, 256, 1e-5, true, 1, List.of(2), design);
  }

  private void scale(String scaling) throws IOException {
    change("\"hidden_act\"", "\"rope_scaling\": %s, \"hidden_act\"".formatted(scaling));
  }

  private void change(String from, String to) throws IOException {
    SMALL.write(folder, "bfloat16");
    Path file = folder.resolve("config.json");
    String json = Files.readString(file);
    assertTrue(json.contains(from), json);
    Files.writeString(file, json.replace(from, to));
  }

  private void refused(String reason) {
    String message = assertThrows(ModelException.class, () -> Config.read(folder)).getMessage();
    assertTrue(message.contains("config.json") && message.contains(reason), message);
  }
}
