package llmthreads.model;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;
import llmthreads.model.Design.AttentionBias;

/**
 * LLaMA (arXiv 2302.13971) and what is built alike. A layer computes, for each row {@code x},
 *
 * <pre>{@code
 * n  = RMSNorm(x)
 * x' = x + Wo · attention(turned Wq·n, turned Wk·n, Wv·n)
 * m  = RMSNorm(x')
 * y  = x' + Wdown · (silu(Wgate·m) ∘ Wup·m)
 * }</pre>
 *
 * <p>Mistral (arXiv 2310.06825) lets a token see a window of the tokens before it. Qwen 2 (arXiv
 * 2407.10671) adds biases to queries, keys and values. Qwen 3 (arXiv 2505.09388) has none, and
 * norms each query and key head before it turns.
 */
record LlamaFiles(Kind kind) implements PublishedFiles {
  /** Who publishes such models. */
  enum Kind {
    LLAMA(Architecture.LLAMA),
    MISTRAL(Architecture.MISTRAL),
    QWEN2(Architecture.QWEN2),
    QWEN3(Architecture.QWEN3);

    private final Architecture architecture;

    Kind(Architecture architecture) {
      this.architecture = architecture;
    }
  }

  /** The window of a file that does not state it. */
  private static final int WINDOW = 4096;

  /** Of a Qwen with windows, the layers before this one have none, unless its file says it. */
  private static final int WHOLE_LAYERS = 28;

  @Override
  public Config read(ConfigFields json) {
    json.only("hidden_act", "silu");
    wholeHeads(json);
    int heads = json.integer("num_attention_heads");
    int hidden = json.integer("hidden_size");
    return new Config(
        json.integer("vocab_size"),
        hidden,
        json.integer("num_hidden_layers"),
        heads,
        json.integer("num_key_value_heads", heads),
        json.has("head_dim") ? json.integer("head_dim") : Config.headSize(hidden, heads),
        json.integer("intermediate_size"),
        json.integer("max_position_embeddings"),
        json.number("rms_norm_eps"),
        json.flag("tie_word_embeddings", false),
        json.integer("bos_token_id", -1),
        json.integers("eos_token_id"),
        design(json));
  }

  private Design design(ConfigFields json) {
    Rotary rotary = rotary(json);
    Architecture architecture = kind.architecture;
    return switch (kind) {
      case LLAMA ->
          Design.gated(
              architecture, rotary, attentionBias(json), json.flag("mlp_bias", false), false, 0);
      case MISTRAL ->
          Design.gated(architecture, rotary, AttentionBias.NONE, false, false, mistralWindow(json));
      case QWEN2 ->
          Design.gated(architecture, rotary, AttentionBias.INPUTS, false, false, qwenWindow(json));
      case QWEN3 ->
          Design.gated(architecture, rotary, attentionBias(json), false, true, qwenWindow(json));
    };
  }

  private static AttentionBias attentionBias(ConfigFields json) {
    return json.flag("attention_bias", false) ? AttentionBias.ALL : AttentionBias.NONE;
  }

  private static int mistralWindow(ConfigFields json) {
    if (!json.json().has("sliding_window")) {
      return WINDOW;
    }
    return json.has("sliding_window") ? window(json) : 0;
  }

  /** A Qwen's window counts when it is switched on, and from some layer on. */
  private static int qwenWindow(ConfigFields json) {
    if (!json.flag("use_sliding_window", false)) {
      return 0;
    }
    int layers = json.integer("num_hidden_layers");
    List<String> kinds = json.texts("layer_types");
    long windows =
        kinds.isEmpty()
            ? Math.max(0, layers - json.integer("max_window_layers", WHOLE_LAYERS))
            : kinds.stream().filter("sliding_attention"::equals).count();
    if (windows != 0 && windows != layers) {
      throw new ModelException(
          "a sliding window in %d of %d layers is not supported, only in all or in none is"
              .formatted(windows, layers));
    }
    return windows == 0 ? 0 : window(json);
  }

  private static int window(ConfigFields json) {
    int window = json.integer("sliding_window", WINDOW);
    if (window < 1) {
      throw new ModelException("sliding_window must be at least 1 token, it is " + window);
    }
    return window;
  }

  /**
   * Older files state {@code rope_theta} and {@code rope_scaling}, newer ones {@code
   * rope_parameters}.
   */
  private static Rotary rotary(ConfigFields json) {
    Rotary rotary = Rotary.plain(json.number("rope_theta", 10_000));
    for (String field : List.of("rope_scaling", "rope_parameters")) {
      if (json.has(field)) {
        ConfigFields rope = json.object(field);
        wholeHeads(rope);
        double theta = rope.number("rope_theta", rotary.theta());
        rotary = new Rotary(theta, scaling(field, rope, json));
      }
    }
    return rotary;
  }

  private static void wholeHeads(ConfigFields json) {
    if (json.number("partial_rotary_factor", 1) != 1) {
      throw new ModelException(
          "partial_rotary_factor %s is not supported, only 1 is"
              .formatted(json.number("partial_rotary_factor")));
    }
  }

  private static Rotary.Scaling scaling(String field, ConfigFields rope, ConfigFields json) {
    String kind = rope.text("rope_type", rope.text("type", "default"));
    return switch (kind) {
      case "default" -> new Rotary.Plain();
      case "linear" -> new Rotary.Interpolated(rope.number("factor"));
      case "llama3" ->
          new Rotary.ByWavelength(
              rope.number("factor"),
              rope.number("low_freq_factor"),
              rope.number("high_freq_factor"),
              rope.integer(
                  "original_max_position_embeddings", json.integer("max_position_embeddings")));
      default ->
          throw new ModelException(
              "%s of type '%s' is not supported, only default, linear and llama3 are"
                  .formatted(field, kind));
    };
  }

  @Override
  public void write(Config config, JsonObject json) {
    Design design = config.design();
    json.addProperty("vocab_size", config.vocabularySize());
    json.addProperty("hidden_size", config.hiddenSize());
    json.addProperty("num_hidden_layers", config.layers());
    json.addProperty("num_attention_heads", config.heads());
    json.addProperty("num_key_value_heads", config.keyValueHeads());
    json.addProperty("head_dim", config.headSize());
    json.addProperty("intermediate_size", config.feedForwardSize());
    json.addProperty("max_position_embeddings", config.context());
    json.addProperty("rms_norm_eps", config.normEpsilon());
    json.addProperty("rope_theta", design.rotary().theta());
    addScaling(design.rotary().scaling(), json);
    json.addProperty("hidden_act", "silu");
    Integer window = design.window() == 0 ? null : Integer.valueOf(design.window());
    if (kind == Kind.LLAMA || kind == Kind.QWEN3) {
      json.addProperty("attention_bias", design.attentionBias() == AttentionBias.ALL);
    }
    switch (kind) {
      case LLAMA -> json.addProperty("mlp_bias", design.feedForwardBias());
      case MISTRAL -> json.addProperty("sliding_window", window);
      case QWEN2, QWEN3 -> {
        json.addProperty("use_sliding_window", window != null);
        json.addProperty("sliding_window", window);
        json.addProperty("max_window_layers", window == null ? config.layers() : 0);
      }
    }
    json.addProperty("tie_word_embeddings", config.tiedEmbeddings());
  }

  private static void addScaling(Rotary.Scaling scaling, JsonObject json) {
    JsonObject rope = new JsonObject();
    switch (scaling) {
      case Rotary.Plain _ -> {
        return;
      }
      case Rotary.Interpolated(double factor) -> {
        rope.addProperty("rope_type", "linear");
        rope.addProperty("factor", factor);
      }
      case Rotary.ByWavelength longer -> {
        rope.addProperty("rope_type", "llama3");
        rope.addProperty("factor", longer.factor());
        rope.addProperty("low_freq_factor", longer.low());
        rope.addProperty("high_freq_factor", longer.high());
        rope.addProperty("original_max_position_embeddings", longer.context());
      }
    }
    json.add("rope_scaling", rope);
  }

  @Override
  public Safetensors.Entry embedding(Config config, WeightSource source) {
    return source.get("model.embed_tokens.weight", config.vocabularySize(), config.hiddenSize());
  }

  @Override
  public Optional<Safetensors.Entry> positions(Config config, WeightSource source) {
    return Optional.empty();
  }

  @Override
  public Layer layer(Config config, WeightSource source, int layer) {
    int hidden = config.hiddenSize();
    int wide = config.feedForwardSize();
    boolean biased = config.design().feedForwardBias();
    AttentionBias attention = config.design().attentionBias();
    boolean in = attention != AttentionBias.NONE;
    boolean out = attention == AttentionBias.ALL;
    String at = "model.layers." + layer + ".";
    String self = at + "self_attn.";
    return new Layer(
        new Linear(
            norm(source, at + "input_layernorm", hidden),
            List.of(
                matrix(source, self + "q_proj", config.queryWidth(), hidden, in),
                matrix(source, self + "k_proj", config.keyValueWidth(), hidden, in),
                matrix(source, self + "v_proj", config.keyValueWidth(), hidden, in))),
        new Linear(
            Optional.empty(),
            List.of(matrix(source, self + "o_proj", hidden, config.queryWidth(), out))),
        new Linear(
            norm(source, at + "post_attention_layernorm", hidden),
            List.of(
                matrix(source, at + "mlp.gate_proj", wide, hidden, biased),
                matrix(source, at + "mlp.up_proj", wide, hidden, biased))),
        new Linear(
            Optional.empty(), List.of(matrix(source, at + "mlp.down_proj", hidden, wide, biased))),
        config.design().headNorms()
            ? Optional.of(
                new HeadNorms(
                    source.get(self + "q_norm.weight", config.headSize()),
                    source.get(self + "k_norm.weight", config.headSize())))
            : Optional.empty());
  }

  private static Matrix matrix(
      WeightSource source, String name, int outputs, int inputs, boolean biased) {
    return new Matrix(
        source.get(name + ".weight", outputs, inputs),
        biased ? Optional.of(source.get(name + ".bias", outputs)) : Optional.empty(),
        1);
  }

  @Override
  public Linear head(Config config, WeightSource source) {
    int hidden = config.hiddenSize();
    Safetensors.Entry tokens =
        config.tiedEmbeddings()
            ? embedding(config, source)
            : source.get("lm_head.weight", config.vocabularySize(), hidden);
    return new Linear(norm(source, "model.norm", hidden), List.of(Matrix.of(tokens)));
  }

  private static Optional<Factors> norm(WeightSource source, String name, int size) {
    return Optional.of(new Factors(source.get(name + ".weight", size), Optional.empty()));
  }
}
