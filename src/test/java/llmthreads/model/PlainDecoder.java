package llmthreads.model;

import java.lang.foreign.ValueLayout;

/**
 * The decoder once more, in loops over doubles, straight from the papers: slow, and an oracle for
 * the fast one.
 */
public final class PlainDecoder {
  private final Config config;
  private final WeightSource source;

  /** A decoder whose weights are read when needed. */
  public PlainDecoder(Config config, WeightSource source) {
    this.config = config;
    this.source = source;
  }

  /** Logits behind every token. */
  public double[][] logits(int... tokens) {
    int n = tokens.length;
    double[][] embedding = matrix("model.embed_tokens.weight", config.vocabularySize());
    double[][] x = new double[n][];
    for (int t = 0; t < n; t++) {
      x[t] = embedding[tokens[t]].clone();
    }
    for (int layer = 0; layer < config.layers(); layer++) {
      String at = "model.layers." + layer + ".";
      add(x, attention(at + "self_attn.", norm(x, at + "input_layernorm.weight")));
      double[][] h = norm(x, at + "post_attention_layernorm.weight");
      double[][] gate = times(h, at + "mlp.gate_proj.weight", config.feedForwardSize());
      double[][] up = times(h, at + "mlp.up_proj.weight", config.feedForwardSize());
      for (int t = 0; t < n; t++) {
        for (int i = 0; i < up[t].length; i++) {
          up[t][i] *= gate[t][i] / (1 + Math.exp(-gate[t][i]));
        }
      }
      add(x, times(up, at + "mlp.down_proj.weight", config.hiddenSize()));
    }
    String head = config.tiedEmbeddings() ? "model.embed_tokens.weight" : "lm_head.weight";
    return times(norm(x, "model.norm.weight"), head, config.vocabularySize());
  }

  private double[][] attention(String at, double[][] h) {
    int n = h.length;
    int size = config.headSize();
    double[][] q = times(h, at + "q_proj.weight", config.queryWidth());
    double[][] k = times(h, at + "k_proj.weight", config.keyValueWidth());
    double[][] v = times(h, at + "v_proj.weight", config.keyValueWidth());
    double[][] out = new double[n][config.queryWidth()];
    for (int t = 0; t < n; t++) {
      turn(q[t], t);
      turn(k[t], t);
      for (int head = 0; head < config.heads(); head++) {
        int mine = head * size;
        int shared = head / (config.heads() / config.keyValueHeads()) * size;
        double[] weight = new double[t + 1];
        double sum = 0;
        for (int s = 0; s <= t; s++) {
          double dot = 0;
          for (int i = 0; i < size; i++) {
            dot += q[t][mine + i] * k[s][shared + i];
          }
          weight[s] = Math.exp(dot / Math.sqrt(size));
          sum += weight[s];
        }
        for (int s = 0; s <= t; s++) {
          for (int i = 0; i < size; i++) {
            out[t][mine + i] += weight[s] / sum * v[s][shared + i];
          }
        }
      }
    }
    return times(out, at + "o_proj.weight", config.hiddenSize());
  }

  /** Pairs (i, i + size/2) of every head turn by position · theta^(-2i/size). */
  private void turn(double[] heads, int position) {
    int size = config.headSize();
    for (int at = 0; at < heads.length; at += size) {
      for (int i = 0; i < size / 2; i++) {
        double angle = position * Math.pow(config.design().rotary().theta(), -2.0 * i / size);
        double a = heads[at + i];
        double b = heads[at + i + size / 2];
        heads[at + i] = a * Math.cos(angle) - b * Math.sin(angle);
        heads[at + i + size / 2] = b * Math.cos(angle) + a * Math.sin(angle);
      }
    }
  }

  private double[][] norm(double[][] x, String name) {
    double[][] y = new double[x.length][];
    float[] weight = floats(name, config.hiddenSize());
    for (int t = 0; t < x.length; t++) {
      double squares = 0;
      for (double value : x[t]) {
        squares += value * value;
      }
      double scale = 1 / Math.sqrt(squares / x[t].length + config.normEpsilon());
      y[t] = new double[x[t].length];
      for (int i = 0; i < y[t].length; i++) {
        y[t][i] = x[t][i] * scale * weight[i];
      }
    }
    return y;
  }

  private double[][] times(double[][] x, String name, int rows) {
    float[] w = floats(name, rows, x[0].length);
    double[][] y = new double[x.length][rows];
    for (int t = 0; t < x.length; t++) {
      for (int row = 0; row < rows; row++) {
        for (int i = 0; i < x[t].length; i++) {
          y[t][row] += x[t][i] * w[row * x[t].length + i];
        }
      }
    }
    return y;
  }

  private double[][] matrix(String name, int rows) {
    float[] values = floats(name, rows, config.hiddenSize());
    double[][] matrix = new double[rows][config.hiddenSize()];
    for (int i = 0; i < values.length; i++) {
      matrix[i / config.hiddenSize()][i % config.hiddenSize()] = values[i];
    }
    return matrix;
  }

  private float[] floats(String name, long... shape) {
    return source.get(name, shape).bytes().toArray(ValueLayout.JAVA_FLOAT);
  }

  private static void add(double[][] x, double[][] y) {
    for (int t = 0; t < x.length; t++) {
      for (int i = 0; i < x[t].length; i++) {
        x[t][i] += y[t][i];
      }
    }
  }
}
