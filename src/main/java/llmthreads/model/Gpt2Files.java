package llmthreads.model;

import com.google.gson.JsonObject;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import llmthreads.model.Design.AttentionBias;
import llmthreads.model.Design.FeedForward;
import llmthreads.model.Design.Norm;

/**
 * GPT-2 (Radford et al. 2019, section 2.3). Positions have embeddings of their own, norms are
 * LayerNorms, every matrix has a bias, and a layer computes, for each row {@code x},
 *
 * <pre>{@code
 * n  = LayerNorm(x)
 * x' = x + Wo · attention(Wq·n, Wk·n, Wv·n)
 * y  = x' + Wproj · gelu(Wfc · LayerNorm(x'))
 * }</pre>
 *
 * <p>Its matrices are published as {@code [inputs, outputs]}, the three of attention side by side.
 */
record Gpt2Files() implements PublishedFiles {
  /** What names begin with in files that hold the head too. */
  private static final String PREFIX = "transformer.";

  @Override
  public Config read(ConfigFields json) {
    json.only("scale_attn_weights", "true");
    json.only("scale_attn_by_inverse_layer_idx", "false");
    json.only("add_cross_attention", "false");
    // Two names of the same function, of which the second is the newer.
    if (!json.text("activation_function", "gelu_new").equals("gelu_pytorch_tanh")) {
      json.only("activation_function", "gelu_new");
    }
    int heads = json.integer("n_head");
    int hidden = json.integer("n_embd");
    return new Config(
        json.integer("vocab_size"),
        hidden,
        json.integer("n_layer"),
        heads,
        heads,
        Config.headSize(hidden, heads),
        json.integer("n_inner", 4 * hidden),
        json.integer("n_positions"),
        json.number("layer_norm_epsilon"),
        json.flag("tie_word_embeddings", true),
        json.integer("bos_token_id", -1),
        json.integers("eos_token_id"),
        design());
  }

  /** What every GPT-2 is made of. */
  static Design design() {
    return new Design(
        Architecture.GPT2,
        new Positions.Learned(),
        Norm.LAYER,
        FeedForward.GELU,
        AttentionBias.ALL,
        true,
        false,
        0);
  }

  @Override
  public void write(Config config, JsonObject json) {
    if (config.keyValueHeads() != config.heads() || config.queryWidth() != config.hiddenSize()) {
      throw new ModelException(
          "a published GPT-2 has as many key-value heads as heads, as wide together as its stream");
    }
    json.addProperty("vocab_size", config.vocabularySize());
    json.addProperty("n_embd", config.hiddenSize());
    json.addProperty("n_layer", config.layers());
    json.addProperty("n_head", config.heads());
    json.addProperty("n_inner", config.feedForwardSize());
    json.addProperty("n_positions", config.context());
    json.addProperty("n_ctx", config.context()); // published beside it, and all that some read
    json.addProperty("layer_norm_epsilon", config.normEpsilon());
    json.addProperty("activation_function", "gelu_new");
    json.addProperty("tie_word_embeddings", config.tiedEmbeddings());
  }

  @Override
  public Safetensors.Entry embedding(Config config, WeightSource source) {
    String name = prefix(source) + "wte.weight";
    return source.get(name, config.vocabularySize(), config.hiddenSize());
  }

  @Override
  public Optional<Safetensors.Entry> positions(Config config, WeightSource source) {
    String name = prefix(source) + "wpe.weight";
    return Optional.of(source.get(name, config.context(), config.hiddenSize()));
  }

  @Override
  public Layer layer(Config config, WeightSource source, int layer) {
    int hidden = config.hiddenSize();
    int wide = config.feedForwardSize();
    String at = prefix(source) + "h." + layer + ".";
    return new Layer(
        new Linear(Optional.of(norm(source, at + "ln_1", hidden)), attention(config, source, at)),
        new Linear(
            Optional.empty(),
            List.of(matrix(source, at + "attn.c_proj", hidden, config.queryWidth()))),
        new Linear(
            Optional.of(norm(source, at + "ln_2", hidden)),
            List.of(matrix(source, at + "mlp.c_fc", wide, hidden))),
        new Linear(Optional.empty(), List.of(matrix(source, at + "mlp.c_proj", hidden, wide))),
        Optional.empty());
  }

  /** Queries, keys and values out of one matrix; queries are divided by √headSize here. */
  private static List<Matrix> attention(Config config, WeightSource source, String at) {
    int queries = config.queryWidth();
    int keys = queries + config.keyValueWidth();
    int values = keys + config.keyValueWidth();
    Matrix all = matrix(source, at + "attn.c_attn", values, config.hiddenSize());
    return List.of(
        all.outputs(0, queries).times(1 / Math.sqrt(config.headSize())),
        all.outputs(queries, keys),
        all.outputs(keys, values));
  }

  @Override
  public Linear head(Config config, WeightSource source) {
    int hidden = config.hiddenSize();
    Safetensors.Entry tokens =
        config.tiedEmbeddings()
            ? embedding(config, source)
            : source.get("lm_head.weight", config.vocabularySize(), hidden);
    return new Linear(
        Optional.of(norm(source, prefix(source) + "ln_f", hidden)), List.of(Matrix.of(tokens)));
  }

  private static Matrix matrix(WeightSource source, String name, int outputs, int inputs) {
    return new Matrix(
        transposed(source.get(name + ".weight", inputs, outputs)),
        Optional.of(source.get(name + ".bias", outputs)),
        1);
  }

  /** A matrix with rows and columns exchanged, copied to the heap. */
  private static Safetensors.Entry transposed(Safetensors.Entry matrix) {
    int rows = Math.toIntExact(matrix.shape()[0]);
    int columns = Math.toIntExact(matrix.shape()[1]);
    int count = Math.multiplyExact(rows, columns);
    MemorySegment from = matrix.bytes();
    MemorySegment copy =
        switch (matrix.type()) {
          case F32 -> {
            int[] numbers = new int[count];
            for (int i = 0; i < count; i++) {
              long at = i % rows * (long) columns + i / rows;
              numbers[i] = from.getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, at);
            }
            yield MemorySegment.ofArray(numbers);
          }
          case F16, BF16 -> {
            short[] numbers = new short[count];
            for (int i = 0; i < count; i++) {
              long at = i % rows * (long) columns + i / rows;
              numbers[i] = from.getAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, at);
            }
            yield MemorySegment.ofArray(numbers);
          }
          default -> throw StackedRows.unfit(matrix);
        };
    return matrix.part(new long[] {columns, rows}, copy);
  }

  private static Factors norm(WeightSource source, String name, int size) {
    return new Factors(
        source.get(name + ".weight", size), Optional.of(source.get(name + ".bias", size)));
  }

  private static String prefix(WeightSource source) {
    boolean bare = source.contains("wte.weight") && !source.contains(PREFIX + "wte.weight");
    return bare ? "" : PREFIX;
  }
}
