package llmthreads.model;

import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The decoder once more, in loops over doubles, straight from the papers: slow, and an oracle for
 * the fast one.
 */
public final class PlainDecoder {
  private final Config config;
  private final WeightSource source;
  private final Rounding rounding;
  private double[][][][] maps;

  /** A decoder whose weights are read when needed. */
  public PlainDecoder(Config config, WeightSource source) {
    this(config, source, Rounding.EXACT);
  }

  /** One whose matrices, and the rows that they are multiplied with, are rounded. */
  PlainDecoder(Config config, WeightSource source, Rounding rounding) {
    this.config = config;
    this.source = source;
    this.rounding = rounding;
  }

  /** What every token looks at, {@code [layers][heads][tokens][tokens]}. */
  double[][][][] maps(int... tokens) {
    logits(tokens);
    return maps;
  }

  /** Logits behind every token. */
  public double[][] logits(int... tokens) {
    int n = tokens.length;
    maps = new double[config.layers()][config.heads()][n][n];
    double[][] embedding = matrix("model.embed_tokens.weight", config.vocabularySize());
    double[][] x = new double[n][];
    for (int t = 0; t < n; t++) {
      x[t] = embedding[tokens[t]].clone();
    }
    for (int layer = 0; layer < config.layers(); layer++) {
      String at = "model.layers." + layer + ".";
      add(x, attention(layer, norm(x), factors(at + "input_layernorm.weight")));
      double[][] h = norm(x);
      double[] norm = factors(at + "post_attention_layernorm.weight");
      double[][] gate = times(h, norm, at + "mlp.gate_proj.weight", config.feedForwardSize());
      double[][] up = times(h, norm, at + "mlp.up_proj.weight", config.feedForwardSize());
      for (int t = 0; t < n; t++) {
        for (int i = 0; i < up[t].length; i++) {
          up[t][i] *= gate[t][i] / (1 + Math.exp(-gate[t][i]));
        }
      }
      add(x, times(up, at + "mlp.down_proj.weight", config.hiddenSize()));
    }
    String head = config.tiedEmbeddings() ? "model.embed_tokens.weight" : "lm_head.weight";
    double[] factors = factors("model.norm.weight");
    return times(norm(x), factors, head, config.vocabularySize(), rounding.head());
  }

  private double[][] attention(int layer, double[][] h, double... norm) {
    String at = "model.layers." + layer + ".self_attn.";
    int n = h.length;
    int window = config.design().window() == 0 ? n : config.design().window();
    int size = config.headSize();
    double[][] q = times(h, norm, at + "q_proj.weight", config.queryWidth());
    double[][] k = times(h, norm, at + "k_proj.weight", config.keyValueWidth());
    double[][] v = times(h, norm, at + "v_proj.weight", config.keyValueWidth());
    double[][] out = new double[n][config.queryWidth()];
    for (int t = 0; t < n; t++) {
      turn(q[t], t);
      turn(k[t], t);
      for (int head = 0; head < config.heads(); head++) {
        int mine = head * size;
        int shared = head / (config.heads() / config.keyValueHeads()) * size;
        double[] weight = maps[layer][head][t];
        double sum = 0;
        for (int s = Math.max(0, t - window + 1); s <= t; s++) {
          double dot = 0;
          for (int i = 0; i < size; i++) {
            dot += q[t][mine + i] * k[s][shared + i];
          }
          weight[s] = Math.exp(dot / Math.sqrt(size));
          sum += weight[s];
        }
        for (int s = 0; s <= t; s++) {
          weight[s] /= sum;
          for (int i = 0; i < size; i++) {
            out[t][mine + i] += weight[s] * v[s][shared + i];
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

  /** A norm without its weights, which are multiplied into the matrix behind it. */
  private double[][] norm(double[][] x) {
    double[][] y = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      double squares = 0;
      for (double value : x[t]) {
        squares += value * value;
      }
      double scale = 1 / Math.sqrt(squares / x[t].length + config.normEpsilon());
      y[t] = Arrays.stream(x[t]).map(value -> value * scale).toArray();
    }
    return y;
  }

  private double[] factors(String norm) {
    float[] weights = floats(norm, config.hiddenSize());
    return IntStream.range(0, weights.length).mapToDouble(i -> weights[i]).toArray();
  }

  private double[][] times(double[][] x, String name, int rows) {
    double[] ones = new double[x[0].length];
    Arrays.fill(ones, 1);
    return times(x, ones, name, rows);
  }

  private double[][] times(double[][] x, double[] factors, String name, int rows) {
    return times(x, factors, name, rows, rounding);
  }

  private double[][] times(
      double[][] x, double[] factors, String name, int rows, Rounding rounding) {
    int columns = factors.length;
    float[] w = floats(name, rows, columns);
    double[][] y = new double[x.length][rows];
    double[][] inputs = Arrays.stream(x).map(rounding::inputs).toArray(double[][]::new);
    for (int row = 0; row < rows; row++) {
      int from = row * columns;
      double[] weights =
          rounding.weights(
              IntStream.range(0, columns).mapToDouble(i -> w[from + i] * factors[i]).toArray());
      for (int t = 0; t < x.length; t++) {
        double sum = 0;
        for (int i = 0; i < columns; i++) {
          sum += inputs[t][i] * weights[i];
        }
        y[t][row] = rounding.output(sum);
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
