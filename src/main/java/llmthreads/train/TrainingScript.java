package llmthreads.train;

import java.util.ArrayList;
import java.util.List;
import llmthreads.model.Config;
import llmthreads.script.Script;

/**
 * A decoder as TorchScript through which gradients flow: loss and gradients of a batch, the check
 * of its answers, and the optimiser's step. The same layers, written for speed and without
 * gradients, are in {@code model}.
 */
final class TrainingScript {
  /** Tensors of one layer, in the order in which they stand in the parameter list. */
  static final List<String> LAYER =
      List.of(
          "input_layernorm",
          "self_attn.q_proj",
          "self_attn.k_proj",
          "self_attn.v_proj",
          "self_attn.o_proj",
          "post_attention_layernorm",
          "mlp.gate_proj",
          "mlp.up_proj",
          "mlp.down_proj");

  private TrainingScript() {}

  /** The published names of all parameters, in the order of the parameter list. */
  static List<String> names(Config config) {
    List<String> names = new ArrayList<>();
    names.add("model.embed_tokens.weight");
    for (int layer = 0; layer < config.layers(); layer++) {
      for (String part : LAYER) {
        names.add("model.layers." + layer + "." + part + ".weight");
      }
    }
    names.add("model.norm.weight");
    return List.copyOf(names);
  }

  /** Rows and columns of a parameter; norms have one dimension. */
  static long[] sizes(Config config, String name) {
    int keys = config.keyValueWidth();
    return switch (name.replaceAll("^model\\.(layers\\.\\d+\\.)?|\\.weight$", "")) {
      case "embed_tokens" -> new long[] {config.vocabularySize(), config.hiddenSize()};
      case "input_layernorm", "post_attention_layernorm", "norm" ->
          new long[] {config.hiddenSize()};
      case "self_attn.q_proj", "self_attn.o_proj" ->
          new long[] {config.hiddenSize(), config.hiddenSize()};
      case "self_attn.k_proj", "self_attn.v_proj" -> new long[] {keys, config.hiddenSize()};
      case "mlp.gate_proj", "mlp.up_proj" ->
          new long[] {config.feedForwardSize(), config.hiddenSize()};
      case "mlp.down_proj" -> new long[] {config.hiddenSize(), config.feedForwardSize()};
      default -> throw new IllegalArgumentException("A decoder has no parameter '" + name + "'");
    };
  }

  static Script compile(Config config) {
    return Script.compile(
        "training",
        TEXT.replace("KVH", Integer.toString(config.keyValueHeads()))
            .replace("QH", Integer.toString(config.heads()))
            .replace("GROUP", Integer.toString(config.heads() / config.keyValueHeads()))
            .replace("LAYERS", Integer.toString(config.layers()))
            .replace("WIDTH", Integer.toString(config.hiddenSize()))
            .replace("EPSILON", Double.toString(config.normEpsilon())));
  }

  /**
   * Inputs of a batch: ids [rows, tokens], positions of what is to be predicted, flat [answers],
   * the tokens expected there [answers], cosines and sines of the rotary embedding [tokens,
   * headSize], and a factor of the loss [].
   */
  private static final String TEXT =
      """
      def rotate(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        half = torch.floordiv(torch.size(x, 3), 2)
        low = torch.slice(x, 3, 0, half)
        high = torch.slice(x, 3, half)
        turned = torch.cat([torch.neg(high), low], 3)
        return torch.add(torch.mul(x, cos), torch.mul(turned, sin))
      def logits(self, w: List[Tensor], inputs: List[Tensor]) -> Tensor:
        ids = inputs[0]
        cos = inputs[3]
        sin = inputs[4]
        B = torch.size(ids, 0)
        T = torch.size(ids, 1)
        x = torch.embedding(w[0], ids)
        for i in range(LAYERS):
          o = torch.add(torch.mul(i, 9), 1)
          h = torch.rms_norm(x, [WIDTH], w[o], EPSILON)
          q0 = torch.linear(h, w[torch.add(o, 1)])
          k0 = torch.linear(h, w[torch.add(o, 2)])
          v0 = torch.linear(h, w[torch.add(o, 3)])
          q = (self).rotate(torch.transpose(torch.view(q0, [B, T, QH, -1]), 1, 2), cos, sin, )
          k1 = (self).rotate(torch.transpose(torch.view(k0, [B, T, KVH, -1]), 1, 2), cos, sin, )
          v1 = torch.transpose(torch.view(v0, [B, T, KVH, -1]), 1, 2)
          k = torch.repeat_interleave(k1, GROUP, 1)
          v = torch.repeat_interleave(v1, GROUP, 1)
          a = torch.scaled_dot_product_attention(q, k, v, None, 0., True)
          a1 = torch.reshape(torch.transpose(a, 1, 2), [B, T, WIDTH])
          x1 = torch.add(x, torch.linear(a1, w[torch.add(o, 4)]))
          h1 = torch.rms_norm(x1, [WIDTH], w[torch.add(o, 5)], EPSILON)
          gate = torch.silu(torch.linear(h1, w[torch.add(o, 6)]))
          up = torch.linear(h1, w[torch.add(o, 7)])
          x = torch.add(x1, torch.linear(torch.mul(gate, up), w[torch.add(o, 8)]))
        y = torch.index_select(torch.view(x, [-1, WIDTH]), 0, inputs[1])
        n = torch.sub(torch.len(w), 1)
        return torch.linear(torch.rms_norm(y, [WIDTH], w[n], EPSILON), w[0])
      def loss_and_gradients(self, parameters: List[Tensor], inputs: List[Tensor]) -> List[Tensor]:
        w = annotate(List[Tensor], [])
        for i in range(torch.len(parameters)):
          _0 = torch.append(w, torch.requires_grad_(torch.detach(parameters[i])))
        z = (self).logits(w, inputs, )
        loss = torch.mul(torch.cross_entropy_loss(z, inputs[2], None, 2, -100, 0.), inputs[5])
        g = torch.grad([loss], w)
        out = [torch.detach(loss)]
        for i in range(torch.len(g)):
          _1 = torch.append(out, unchecked_cast(Tensor, g[i]))
        return out
      def correct(self, parameters: List[Tensor], inputs: List[Tensor]) -> Tensor:
        return torch.eq(torch.argmax((self).logits(parameters, inputs, ), -1), inputs[2])
      def copy(self, into: Tensor, source: Tensor) -> Tensor:
        return torch.copy_(into, source)
      def add(self, into: List[Tensor], more: List[Tensor]) -> Tensor:
        for i in range(torch.len(into)):
          _0 = torch.add_(into[i], more[i])
        return into[0]
      def clip(self, gradients: List[Tensor], most: float) -> Tensor:
        total = torch.zeros([1])
        for i in range(torch.len(gradients)):
          total = torch.add(total, torch.sum(torch.mul(gradients[i], gradients[i])))
        norm = torch.sqrt(total)
        factor = torch.clamp(torch.div(most, torch.add(norm, 9.9999999999999995e-07)), None, 1.)
        for i in range(torch.len(gradients)):
          _0 = torch.mul_(gradients[i], factor)
        return norm
      def adam(self, p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], rate: float, decay: float, step: int) -> Tensor:
        b1 = torch.sub(1., torch.pow(0.90000000000000002, step))
        b2 = torch.sub(1., torch.pow(0.98999999999999999, step))
        for i in range(torch.len(p)):
          _0 = torch.add_(torch.mul_(m[i], 0.90000000000000002), g[i], alpha=0.10000000000000001)
          _1 = torch.addcmul_(torch.mul_(v[i], 0.98999999999999999), g[i], g[i], value=0.01)
          if torch.gt(torch.dim(p[i]), 1):
            _2 = torch.mul_(p[i], torch.sub(1., torch.mul(rate, decay)))
          else:
            pass
          root = torch.add(torch.sqrt(torch.div(v[i], b2)), 1e-08)
          _3 = torch.addcdiv_(p[i], m[i], root, value=torch.neg(torch.div(rate, b1)))
        return p[0]
      """;
}
