package llmthreads.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import llmthreads.device.Device;
import llmthreads.script.ElementType;
import llmthreads.script.Operand;
import llmthreads.script.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A weight that is infinite or no number. */
class FiniteNumbersTest {
  private static final Config LLAMA = config(SampleDesigns.of(Architecture.LLAMA));
  private static final Config GPT2 = config(Gpt2Files.design());

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "model.embed_tokens.weight, 7",
    "model.layers.0.input_layernorm.weight, 63",
    "model.layers.0.self_attn.q_proj.weight, 130",
    "model.layers.0.self_attn.k_proj.bias, 0",
    "model.layers.0.mlp.down_proj.weight, 8191",
    "model.norm.weight, 5"
  })
  void is_refused_with_file_tensor_and_place_wherever_it_is(String tensor, int at) {
    check(LLAMA, tensor, at, Float.NaN, ElementType.F32);
    check(LLAMA, tensor, at, Float.NEGATIVE_INFINITY, ElementType.BF16);
  }

  @ParameterizedTest
  @CsvSource({"transformer.h.0.attn.c_attn.weight, 200", "transformer.wpe.weight, 64"})
  void is_named_by_its_place_in_the_file_where_the_file_holds_columns_as_rows(
      String tensor, int at) {
    check(GPT2, tensor, at, Float.POSITIVE_INFINITY, ElementType.F32);
  }

  @Test
  void is_found_in_whichever_shard_reads_it_and_in_no_other() {
    String tensor = "model.layers.0.mlp.up_proj.weight";
    write(LLAMA, tensor, 127 * 64 + 1, Float.NaN, ElementType.F32);
    try (Safetensors source = Safetensors.openFolder(folder)) {
      shard(source, 0).close();
      assertThrows(ModelException.class, () -> shard(source, 1));
    }
  }

  @Test
  void the_greatest_finite_numbers_are_weights_though_their_sum_is_infinite() {
    float[] greatest = {Float.MAX_VALUE, Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE};
    StackedRows rows = StackedRows.of(Safetensors.Entry.f32(greatest, 2, 2));
    try (MatrixPacker packer = new MatrixPacker(FloatKernel.PLAIN, ElementType.F32, Device.cpu());
        Tensor packed = (Tensor) packer.packed(rows).getFirst()) {
      assertArrayEquals(greatest, packed.toFloats());
    }
  }

  private static Weights shard(WeightSource source, int index) {
    LinearKernel kernel = LinearKernel.best(Precision.F32);
    Shard half = new Shard(index, 2, Shard.Form.GATHERED);
    return Weights.load(LLAMA, source, Precision.F32, kernel, LayerRange.all(LLAMA), half);
  }

  private void check(Config config, String tensor, int at, float bad, ElementType type) {
    long columns = write(config, tensor, at, bad, type);
    long live = Operand.live();
    try (Safetensors source = Safetensors.openFolder(folder)) {
      ModelException refusal =
          assertThrows(
              ModelException.class, () -> Weights.load(config, source, Precision.F32).close());
      String place = columns == 0 ? "[" + at + "]" : "[" + at / columns + ", " + at % columns + "]";
      assertEquals(
          "%s: tensor '%s' holds %s at %s, not a finite number: copy or download it again, or train it anew"
              .formatted(folder.resolve("model.safetensors"), tensor, bad, place),
          refusal.getMessage());
    }
    assertEquals(live, Operand.live(), "tensors that are still open");
  }

  /** Writes a random model with one bad number; how many columns the tensor has, 0 for a vector. */
  private long write(Config config, String tensor, int at, float bad, ElementType type) {
    RandomWeights random = new RandomWeights(1);
    Map<String, Safetensors.Entry> entries = new LinkedHashMap<>();
    WeightSource recorder =
        (name, shape) -> {
          float[] values = StackedRows.floats(random.get(name, shape));
          if (name.equals(tensor)) {
            values[at] = bad;
          }
          entries.put(
              name,
              type == ElementType.BF16
                  ? Safetensors.Entry.bf16(values, shape)
                  : Safetensors.Entry.f32(values, shape));
          return random.get(name, shape);
        };
    PublishedFiles files = config.design().architecture().files();
    files.embedding(config, recorder);
    files.positions(config, recorder);
    files.layer(config, recorder, 0);
    files.head(config, recorder);
    Safetensors.write(folder.resolve("model.safetensors"), entries);
    long[] shape = entries.get(tensor).shape();
    return shape.length == 1 ? 0 : shape[1];
  }

  private static Config config(Design design) {
    int keyHeads = design.architecture() == Architecture.GPT2 ? 4 : 2;
    return new Config(96, 64, 1, 4, keyHeads, 16, 128, 64, 1e-5, true, -1, List.of(), design);
  }
}
