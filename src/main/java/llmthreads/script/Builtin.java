package llmthreads.script;

import ai.djl.engine.Engine;
import ai.djl.pytorch.engine.PtNDManager;

/**
 * The few functions that {@link Tensor} and {@link Operands} need, and the one place where DJL's
 * engine is started.
 */
final class Builtin {
  static final PtNDManager MANAGER = (PtNDManager) Engine.getEngine("PyTorch").newBaseManager();

  static final Script SCRIPT =
      Script.compile(
          "builtin",
          """
          def cast(self, x: Tensor, code: int) -> Tensor:
            return torch.to(x, code)
          def copy(self, x: Tensor) -> Tensor:
            return torch.clone(x)
          def type_of(self, x: Tensor) -> int:
            return ops.prim.dtype(x)
          def operands(self, tensors: List[Tensor]) -> Operands:
            return (tensors, annotate(List[PackedMatrix], []))
          def add_packed(self, all: Operands, matrix: PackedMatrix) -> int:
            _0 = torch.append(all[1], matrix)
            return torch.len(all[1])
          """);

  private Builtin() {}

  /** Loads PyTorch's libraries, unless that was done. */
  static void start() {
    // Whoever calls this has initialised the class.
  }
}
