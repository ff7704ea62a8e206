package llmthreads.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import llmthreads.script.ElementType;

/**
 * Writes folders of random models as models are published, for every program that reads those:
 * {@code config.json}, {@code model.safetensors} and a {@code tokenizer.json} without a word.
 */
public final class RandomModel {
  private static final String TOKENIZER =
      """
      {"version": "1.0", "model": {"type": "BPE", "vocab": {}, "merges": []}}
      """;

  private RandomModel() {}

  /**
   * Writes a folder, unless it is there already.
   *
   * @param type of the weights: F32 or BF16
   */
  public static void write(Config config, long seed, ElementType type, Path folder) {
    if (Files.exists(folder.resolve("model.safetensors"))) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      Files.createDirectories(folder);
      config.write(folder, type == ElementType.F32 ? "float32" : "bfloat16");
      Files.writeString(folder.resolve("tokenizer.json"), TOKENIZER);
      Drawn drawn = new Drawn(new RandomWeights(seed), type, arena, new LinkedHashMap<>());
      drawn.all(config);
      Safetensors.write(folder.resolve("model.safetensors"), drawn.entries);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Keeps every array that it was asked for, off the Java heap. */
  private record Drawn(
      RandomWeights weights, ElementType type, Arena arena, Map<String, Safetensors.Entry> entries)
      implements WeightSource {
    void all(Config config) {
      PublishedFiles files = config.design().architecture().files();
      files.embedding(config, this);
      files.positions(config, this);
      for (int layer = 0; layer < config.layers(); layer++) {
        files.layer(config, this, layer);
      }
      files.head(config, this);
    }

    @Override
    public Safetensors.Entry get(String name, long... shape) {
      return entries.computeIfAbsent(name, missing -> draw(missing, shape));
    }

    private Safetensors.Entry draw(String name, long... shape) {
      Safetensors.Entry single = weights.get(name, shape);
      Safetensors.Entry drawn =
          type == ElementType.F32
              ? single
              : Safetensors.Entry.bf16(single.bytes().toArray(ValueLayout.JAVA_FLOAT), shape);
      MemorySegment copy = arena.allocate(drawn.bytes().byteSize(), Long.BYTES);
      return new Safetensors.Entry(drawn.type(), shape, copy.copyFrom(drawn.bytes()));
    }

    /** GPT-2 is published without the prefix that models with a head may have. */
    @Override
    public boolean contains(String name) {
      return !name.startsWith("transformer.");
    }
  }
}
