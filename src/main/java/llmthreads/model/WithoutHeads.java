package llmthreads.model;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/**
 * A model's numbers without some attention heads: behind them, where the heads of a layer come
 * together, what these bring is multiplied by 0. A run on such weights tells whether answers need
 * those heads.
 *
 * @param source of the whole model, whose files are laid out as LLaMA's
 * @param config of the model
 * @param heads that are to be missing
 */
public record WithoutHeads(WeightSource source, Config config, List<Head> heads)
    implements WeightSource {
  /**
   * One attention head.
   *
   * @param layer from 0
   * @param head query head of the layer, from 0
   */
  public record Head(int layer, int head) {}

  /**
   * Checks that there are such heads.
   *
   * @throws ModelException when the model has no such head, or is a GPT-2
   */
  public WithoutHeads {
    heads = List.copyOf(heads);
    if (config.design().architecture() == Architecture.GPT2) {
      throw new ModelException(
          "Heads can be left out of models whose files are laid out as LLaMA's, not as GPT-2's");
    }
    for (Head each : heads) {
      if (each.layer < 0
          || each.layer >= config.layers()
          || each.head < 0
          || each.head >= config.heads()) {
        throw new ModelException(
            "There is no %s: the model has %d layers of %d heads, numbered from 0"
                .formatted(each, config.layers(), config.heads()));
      }
    }
  }

  @Override
  public Safetensors.Entry get(String name, long... shape) {
    Safetensors.Entry entry = source.get(name, shape);
    List<Head> missing = heads.stream().filter(each -> name.equals(behind(each))).toList();
    return missing.isEmpty() ? entry : without(missing, entry);
  }

  @Override
  public String origin() {
    return source.origin();
  }

  @Override
  public boolean contains(String name) {
    return source.contains(name);
  }

  /** The matrix that reads a head, from columns of its own. */
  private static String behind(Head head) {
    return "model.layers." + head.layer + ".self_attn.o_proj.weight";
  }

  private Safetensors.Entry without(List<Head> missing, Safetensors.Entry entry) {
    byte[] bytes = entry.bytes().toArray(ValueLayout.JAVA_BYTE);
    int columns = config.headSize() * entry.type().bytes();
    for (int row = 0; row < config.hiddenSize(); row++) {
      for (Head each : missing) {
        int from = (row * config.heads() + each.head) * columns;
        Arrays.fill(bytes, from, from + columns, (byte) 0);
      }
    }
    return entry.part(entry.shape(), MemorySegment.ofArray(bytes));
  }
}
