package llmthreads.model;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The decoders whose published files are read, by the name that {@code config.json} gives them. */
public enum Architecture {
  /** LLaMA 1 to 3 and the many that are built alike: TinyLlama, SmolLM2. */
  LLAMA("LlamaForCausalLM", "llama"),
  /** Mistral 7B: LLaMA whose tokens may see only so far back. */
  MISTRAL("MistralForCausalLM", "mistral"),
  /** Qwen 2 and 2.5: LLaMA with biases for queries, keys and values. */
  QWEN2("Qwen2ForCausalLM", "qwen2"),
  /** Qwen 3: LLaMA with norms of every query and key head. */
  QWEN3("Qwen3ForCausalLM", "qwen3"),
  /** GPT-2 in all sizes, DistilGPT-2. */
  GPT2("GPT2LMHeadModel", "gpt2");

  private final String published;
  private final String type;

  Architecture(String published, String type) {
    this.published = published;
    this.type = type;
  }

  /** The name in the field {@code architectures}. */
  public String published() {
    return published;
  }

  /** The name in the field {@code model_type}. */
  String type() {
    return type;
  }

  /** Its published files. */
  PublishedFiles files() {
    return switch (this) {
      case LLAMA -> new LlamaFiles(LlamaFiles.Kind.LLAMA);
      case MISTRAL -> new LlamaFiles(LlamaFiles.Kind.MISTRAL);
      case QWEN2 -> new LlamaFiles(LlamaFiles.Kind.QWEN2);
      case QWEN3 -> new LlamaFiles(LlamaFiles.Kind.QWEN3);
      case GPT2 -> new Gpt2Files();
    };
  }

  /**
   * The one with a published name.
   *
   * @throws ModelException when it is none of these
   */
  static Architecture named(String published) {
    for (Architecture one : values()) {
      if (one.published.equals(published)) {
        return one;
      }
    }
    throw new ModelException(
        "architecture %s is not supported, only %s"
            .formatted(
                published,
                Arrays.stream(values())
                    .map(Architecture::published)
                    .collect(Collectors.joining(", "))));
  }
}
