package llmthreads.script;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.List;

/**
 * Tensors bound together once, to be passed as a script's {@code List[Tensor]} again and again: a
 * model's weights, a cache's layers. It keeps the tensors reachable and does not own them: closing
 * it leaves them open. Any number of threads may pass the same list.
 */
public final class TensorList implements AutoCloseable {
  private final List<Tensor> tensors;
  private final IValue value;

  /** Binds {@code tensors}, in order. */
  public TensorList(List<Tensor> tensors) {
    this.tensors = List.copyOf(tensors);
    this.value = IValue.listFrom(tensors.stream().map(Tensor::array).toArray(PtNDArray[]::new));
  }

  /** The tensors, in order. */
  public List<Tensor> tensors() {
    return tensors;
  }

  IValue value() {
    return value;
  }

  @Override
  public void close() {
    value.close();
  }
}
