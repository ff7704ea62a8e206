package llmthreads.script;

import ai.djl.pytorch.jni.IValue;
import java.util.ArrayList;
import java.util.List;

/**
 * Tensors and packed matrices bound together once, to be passed again and again as what a script
 * calls {@code Operands}: {@code W[0][i]} is the tensor at place {@code i}, {@code W[1][i]} the
 * packed matrix there. It keeps them reachable and does not own them: closing it leaves them open.
 * Any number of threads may pass the same ones.
 */
public final class Operands implements AutoCloseable {
  /** Stands in a script's text for a packed matrix. */
  private static final String PACKED_MATRIX =
      "__torch__.torch.classes.quantized.LinearPackedParamsBase";

  private final List<Operand> all;
  private final IValue value;

  /** Binds operands, in order. */
  public Operands(List<? extends Operand> all) {
    this.all = List.copyOf(all);
    this.value = bound(this.all);
  }

  /** A script's text with the types of this room written out. */
  static String expand(String text) {
    return text.replaceAll("\\bOperands\\b", "Tuple[List[Tensor], List[PackedMatrix]]")
        .replaceAll("\\bPackedMatrix\\b", PACKED_MATRIX);
  }

  /** The operands, in order. */
  public List<Operand> all() {
    return all;
  }

  IValue value() {
    return value;
  }

  /** Both lists have a place for each operand; one of the other kind stands where none is. */
  private static IValue bound(List<Operand> all) {
    List<PackedMatrix> packed = new ArrayList<>();
    List<Tensor> tensors = new ArrayList<>();
    try (Tensor nothing = Tensor.zeros(ElementType.F32, 0)) {
      for (Operand operand : all) {
        switch (operand) {
          case Tensor tensor -> tensors.add(tensor);
          case PackedMatrix matrix -> {
            tensors.add(nothing);
            packed.add(matrix);
          }
        }
      }
      IValue value = Builtin.SCRIPT.value("operands", tensors);
      for (int i = 0; !packed.isEmpty() && i < all.size(); i++) {
        PackedMatrix matrix = all.get(i) instanceof PackedMatrix own ? own : packed.getFirst();
        Builtin.SCRIPT.callLong("add_packed", value, matrix);
      }
      return value;
    }
  }

  @Override
  public void close() {
    value.close();
  }
}
