package llmthreads.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import llmthreads.model.Config;

/** GPT-2, with its matrices as they are published, {@code [inputs, outputs]}. */
final class NdArrayGpt2 implements NdArrayDecoder {
  private final Config config;
  private final NDArray tokens;
  private final NDArray positions;
  private final Affine norm;
  private final List<Layer> layers = new ArrayList<>();

  NdArrayGpt2(Config config, Source source) {
    this.config = config;
    tokens = source.get("wte.weight");
    positions = source.get("wpe.weight");
    norm = Affine.of(source, "ln_f");
    for (int i = 0; i < config.layers(); i++) {
      String at = "h." + i + ".";
      layers.add(
          new Layer(
              Affine.of(source, at + "ln_1"),
              Affine.of(source, at + "attn.c_attn"),
              Affine.of(source, at + "attn.c_proj"),
              Affine.of(source, at + "ln_2"),
              Affine.of(source, at + "mlp.c_fc"),
              Affine.of(source, at + "mlp.c_proj")));
    }
  }

  /** Something to multiply by, and something to add. */
  private record Affine(NDArray weight, NDArray bias) {
    static Affine of(Source source, String name) {
      return new Affine(source.get(name + ".weight"), source.get(name + ".bias"));
    }

    NDArray times(NDArray x) {
      return x.matMul(weight).add(bias);
    }
  }

  private record Layer(
      Affine norm1, Affine attention, Affine out, Affine norm2, Affine up, Affine down) {}

  @Override
  public NDArray logits(NDArray ids, NdArrayCache cache) {
    int past = Math.toIntExact(cache.length());
    int[] places = IntStream.range(past, past + (int) ids.getShape().get(1)).toArray();
    NDArray at = ids.getManager().create(places).toType(DataType.INT64, false);
    NDArray x = embedding(ids, tokens).add(embedding(at, positions));
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      NDList qkv = layer.attention.times(normed(x, layer.norm1)).split(3, 2);
      List<NDArray> heads =
          qkv.stream().map(part -> NdArrayDecoder.heads(part, config.headSize())).toList();
      NDArray seen = cache.attention(i, heads.get(0), heads.get(1), heads.get(2));
      x = x.add(layer.out.times(seen));
      x = x.add(layer.down.times(gelu(layer.up.times(normed(x, layer.norm2)))));
    }
    return Linear.linear(normed(NdArrayDecoder.last(x), norm), tokens).singletonOrThrow();
  }

  private NDArray normed(NDArray x, Affine factors) {
    Shape width = new Shape(config.hiddenSize());
    float epsilon = (float) config.normEpsilon();
    return LayerNorm.layerNorm(x, width, factors.weight, factors.bias, epsilon).singletonOrThrow();
  }

  private static NDArray gelu(NDArray x) {
    NDArray inner = x.pow(3).mul(0.044715).add(x).mul(Math.sqrt(2 / Math.PI));
    return x.mul(0.5).mul(inner.tanh().add(1));
  }

  private static NDArray embedding(NDArray ids, NDArray table) {
    return Embedding.embedding(ids, table, SparseFormat.DENSE).singletonOrThrow();
  }
}
