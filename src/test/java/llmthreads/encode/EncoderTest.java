package llmthreads.encode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import llmthreads.device.Cancellation;
import llmthreads.device.Device;
import llmthreads.model.EncoderConfig;
import llmthreads.model.EncoderModel;
import llmthreads.model.ModelException;
import llmthreads.model.Precision;
import llmthreads.model.RandomWeights;
import llmthreads.model.Safetensors;
import llmthreads.model.WeightSource;
import llmthreads.script.Operand;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small random BERT, as it would be published. */
class EncoderTest {
  private static final String CONFIG =
      """
      {"architectures": ["ARCHITECTURE"], "model_type": "bert", "vocab_size": 12, "hidden_size": 64,
       "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 96,
       "max_position_embeddings": 40, "type_vocab_size": 2, "layer_norm_eps": 1e-12,
       "hidden_act": "gelu", "id2label": {"0": "good", "1": "neither", "2": "bad"}}
      """;
  private static final String TOKENIZER =
      """
      {"version": "1.0", "truncation": {"max_length": 5, "strategy": "LongestFirst", "stride": 0},
       "padding": {"strategy": {"Fixed": 30}, "direction": "Right", "pad_to_multiple_of": null,
                   "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]"},
       "added_tokens": [], "normalizer": null, "pre_tokenizer": {"type": "Whitespace"},
       "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
       "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
       "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                 "max_input_chars_per_word": 20,
                 "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "thread": 4, "##s": 5,
                           "wait": 6, "for": 7, "a": 8, "lock": 9, "no": 10, "two": 11}}}
      """;

  @TempDir Path folder;

  @BeforeEach
  void write_model() throws IOException {
    write("BertForSequenceClassification");
  }

  private void write(String architecture) throws IOException {
    Files.writeString(folder.resolve("config.json"), CONFIG.replace("ARCHITECTURE", architecture));
    Files.writeString(folder.resolve("tokenizer.json"), TOKENIZER);
    Map<String, Safetensors.Entry> entries = new LinkedHashMap<>();
    WeightSource random = new RandomWeights(3);
    WeightSource written =
        (name, shape) -> entries.computeIfAbsent(name, missing -> random.get(missing, shape));
    EncoderModel.of(EncoderConfig.read(folder), written, Precision.F32, Device.cpu()).close();
    Safetensors.write(folder.resolve("model.safetensors"), entries);
  }

  private void pooling(String mode) throws IOException {
    Files.createDirectories(folder.resolve("1_Pooling"));
    Files.writeString(
        folder.resolve("1_Pooling/config.json"), "{\"pooling_mode_%s\": true}".formatted(mode));
  }

  private static List<String> texts() {
    List<String> words = List.of("thread", "threads", "wait", "for", "a", "lock", "no", "unknown");
    Random random = new Random(5);
    return IntStream.range(0, 60)
        .mapToObj(
            i ->
                String.join(
                    " ",
                    IntStream.range(0, random.nextInt(20))
                        .mapToObj(word -> words.get(random.nextInt(words.size())))
                        .toList()))
        .toList();
  }

  @Test
  void every_text_gives_the_same_bits_in_any_company_and_order_on_any_number_of_workers() {
    List<String> texts = texts();
    float[][] alone = new float[texts.size()][];
    try (Encoder encoder = Encoder.load(folder, Precision.F32, 1, 1)) {
      for (int i = 0; i < alone.length; i++) {
        alone[i] = encoder.embed(List.of(texts.get(i)))[0];
      }
    }
    List<Integer> order = new ArrayList<>(IntStream.range(0, texts.size()).boxed().toList());
    Collections.shuffle(order, new Random(1));
    for (int workers = 1; workers <= 3; workers++) {
      try (Encoder encoder = Encoder.load(folder, Precision.F32, workers, 2)) {
        float[][] together = encoder.embed(order.stream().map(texts::get).toList());
        for (int i = 0; i < alone.length; i++) {
          assertArrayEquals(alone[order.get(i)], together[i], 0);
        }
      }
    }
  }

  @Test
  void closing_gives_everything_back() {
    long before = Operand.live();
    try (Encoder encoder = Encoder.load(folder)) {
      encoder.embed(texts());
      encoder.classify(texts());
    }
    assertEquals(before, Operand.live());
  }

  @Test
  void classes_have_probabilities_and_pairs_are_more_than_their_texts_in_a_row() {
    try (Encoder encoder = Encoder.load(folder)) {
      List<Classification> found = encoder.classify(List.of("no lock", "two threads wait"));
      for (Classification one : found) {
        assertEquals(
            1, one.probabilities()[0] + one.probabilities()[1] + one.probabilities()[2], 1e-9);
        assertTrue(one.probability(one.label()) > 1.0 / 3);
      }
      assertNotEquals(found.get(0).logits()[0], found.get(1).logits()[0]);
      Classification pair =
          encoder.classifyPairs(List.of(new TextPair("no lock", "two threads"))).getFirst();
      Classification oneText = encoder.classify(List.of("no lock two threads")).getFirst();
      assertNotEquals(pair.logits()[0], oneText.logits()[0]);
      String message =
          assertThrows(
                  IllegalArgumentException.class, () -> found.getFirst().probability("excellent"))
              .getMessage();
      assertTrue(message.contains("[good, neither, bad]"), message);
    }
  }

  @Test
  void the_publishers_files_say_how_rows_become_a_vector() throws IOException {
    String text = "two threads wait for a lock";
    float[] mean = embed(text);
    pooling("cls_token");
    float[] first = embed(text);
    assertNotEquals(mean[0], first[0]);
    Files.writeString(
        folder.resolve("modules.json"),
        "[{\"type\": \"sentence_transformers.models.Transformer\"},"
            + " {\"type\": \"sentence_transformers.models.Normalize\"}]");
    float[] normalized = embed(text);
    assertEquals(1, Encoder.cosine(first, normalized), 1e-6);
    double squares = 0;
    for (float x : normalized) {
      squares += (double) x * x;
    }
    assertEquals(1, squares, 1e-6);
    pooling("max_tokens");
    String message = assertThrows(ModelException.class, () -> embed(text)).getMessage();
    assertTrue(message.contains("pooling_mode_max_tokens"), message);
  }

  @Test
  void of_a_text_that_is_too_long_the_end_is_left_out_and_its_last_token_stays()
      throws IOException {
    Files.writeString(folder.resolve("sentence_bert_config.json"), "{\"max_seq_length\": 7}");
    float[] five = embed("two threads wait for");
    assertArrayEquals(five, embed("two threads wait for a lock, no?"), 0);
    Files.delete(folder.resolve("sentence_bert_config.json"));
    assertNotEquals(five[0], embed("two threads wait for a lock, no?")[0]);
    String lock = "lock ".repeat(38);
    assertArrayEquals(embed(lock), embed(lock.repeat(100)), 0);
  }

  private float[] embed(String text) {
    try (Encoder encoder = Encoder.load(folder)) {
      return encoder.embed(List.of(text))[0];
    }
  }

  @Test
  void what_cannot_be_computed_is_refused_with_a_sentence() throws IOException {
    try (Encoder encoder = Encoder.load(folder)) {
      refused(IllegalArgumentException.class, "empty", () -> encoder.embed(List.of()));
      TextPair tooLong = new TextPair("lock ".repeat(20), "no ".repeat(20));
      refused(
          IllegalArgumentException.class,
          "A text has 43 tokens, this model takes 1 to 40",
          () -> encoder.classifyPairs(List.of(tooLong)));
      Cancellation requested = new Cancellation();
      requested.request();
      refused(CancellationException.class, "", () -> encoder.embed(texts(), requested));
    }
    write("BertModel");
    try (Encoder encoder = Encoder.load(folder)) {
      refused(
          IllegalStateException.class, "without a head", () -> encoder.classify(List.of("lock")));
    }
    Files.writeString(folder.resolve("config.json"), CONFIG.replace("ARCHITECTURE", "T5Model"));
    refused(ModelException.class, "T5Model", () -> Encoder.load(folder));
  }

  private static void refused(
      Class<? extends RuntimeException> type, String sentence, Runnable call) {
    String message = assertThrows(type, call::run).getMessage();
    assertTrue(message.contains(sentence), message);
  }

  @Test
  void files_from_before_pytorch_call_a_norms_numbers_gamma_and_beta() throws IOException {
    float[] expected = embed("two threads");
    Map<String, Safetensors.Entry> older = new LinkedHashMap<>();
    try (Safetensors source = Safetensors.openFolder(folder)) {
      for (String name : source.names()) {
        String renamed =
            name.replace("LayerNorm.weight", "LayerNorm.gamma")
                .replace("LayerNorm.bias", "LayerNorm.beta");
        older.put(renamed, source.find(name));
      }
      Safetensors.write(folder.resolve("older.safetensors"), older);
    }
    Files.move(
        folder.resolve("older.safetensors"),
        folder.resolve("model.safetensors"),
        StandardCopyOption.REPLACE_EXISTING);
    assertArrayEquals(expected, embed("two threads"), 0);
  }
}
