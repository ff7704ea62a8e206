package llmthreads.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Embedding;
import ai.djl.nn.core.Linear;
import java.util.ArrayList;
import java.util.List;
import llmthreads.model.Config;

/** LLaMA, and Qwen 2 with its biases. */
final class NdArrayLlama implements NdArrayDecoder {
  private final Config config;
  private final NDArray embedding;
  private final NDArray norm;
  private final List<Layer> layers = new ArrayList<>();

  NdArrayLlama(Config config, Source source) {
    this.config = config;
    embedding = source.get("model.embed_tokens.weight");
    norm = source.get("model.norm.weight");
    for (int i = 0; i < config.layers(); i++) {
      String at = "model.layers." + i + ".";
      layers.add(
          new Layer(
              source.get(at + "input_layernorm.weight"),
              Matrix.of(source, at + "self_attn.q_proj"),
              Matrix.of(source, at + "self_attn.k_proj"),
              Matrix.of(source, at + "self_attn.v_proj"),
              Matrix.of(source, at + "self_attn.o_proj"),
              source.get(at + "post_attention_layernorm.weight"),
              Matrix.of(source, at + "mlp.gate_proj"),
              Matrix.of(source, at + "mlp.up_proj"),
              Matrix.of(source, at + "mlp.down_proj")));
    }
  }

  /**
   * A linear layer.
   *
   * @param weight {@code [outputs, inputs]}
   * @param bias {@code [outputs]}, or null
   */
  private record Matrix(NDArray weight, NDArray bias) {
    static Matrix of(Source source, String name) {
      return new Matrix(source.get(name + ".weight"), source.get(name + ".bias"));
    }

    NDArray times(NDArray x) {
      NDList y = bias == null ? Linear.linear(x, weight) : Linear.linear(x, weight, bias);
      return y.singletonOrThrow();
    }
  }

  private record Layer(
      NDArray norm1,
      Matrix query,
      Matrix key,
      Matrix value,
      Matrix out,
      NDArray norm2,
      Matrix gate,
      Matrix up,
      Matrix down) {}

  @Override
  public NDArray logits(NDArray ids, NdArrayCache cache) {
    Turn turn = Turn.of(config, ids.getManager(), cache.length(), ids.getShape().get(1));
    NDArray x = Embedding.embedding(ids, embedding, SparseFormat.DENSE).singletonOrThrow();
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      NDArray n = normed(x, layer.norm1);
      NDArray q = turn.of(heads(layer.query.times(n)));
      NDArray k = turn.of(heads(layer.key.times(n)));
      NDArray v = heads(layer.value.times(n));
      x = x.add(layer.out.times(cache.attention(i, q, k, v)));
      NDArray m = normed(x, layer.norm2);
      NDArray gate = Activation.swish(layer.gate.times(m), 1);
      x = x.add(layer.down.times(gate.mul(layer.up.times(m))));
    }
    return Linear.linear(normed(NdArrayDecoder.last(x), norm), embedding).singletonOrThrow();
  }

  private NDArray heads(NDArray x) {
    return NdArrayDecoder.heads(x, config.headSize());
  }

  private NDArray normed(NDArray x, NDArray weight) {
    NDArray squares = x.pow(2).mean(new int[] {-1}, true);
    return x.div(squares.add(config.normEpsilon()).sqrt()).mul(weight);
  }

  /**
   * The rotary embedding of some positions.
   *
   * @param cos {@code [tokens, headSize]}
   * @param sin {@code [tokens, headSize]}
   */
  private record Turn(NDArray cos, NDArray sin) {
    static Turn of(Config config, NDManager manager, long past, long tokens) {
      int half = config.headSize() / 2;
      double theta = config.design().rotary().theta();
      NDArray pairs = manager.arange(0f, half, 1f).mul(-Math.log(theta) / half).exp();
      NDArray places = manager.arange((float) past, (float) (past + tokens), 1f).reshape(tokens, 1);
      NDArray angles = places.mul(pairs.reshape(1, half));
      NDArray twice = NDArrays.concat(new NDList(angles, angles), -1);
      return new Turn(twice.cos(), twice.sin());
    }

    NDArray of(NDArray x) {
      NDList halves = x.split(2, 3);
      NDArray turned = NDArrays.concat(new NDList(halves.get(1).neg(), halves.get(0)), -1);
      return x.mul(cos).add(turned.mul(sin));
    }
  }
}
