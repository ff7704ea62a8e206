package llmthreads.script;

/** The few functions that {@link Tensor} and {@link Operands} need. */
final class Builtin {
  static final Script SCRIPT =
      Script.compile(
          "builtin",
          """
          def cast(self, x: Tensor, code: int) -> Tensor:
            return torch.to(x, code)
          def moved(self, x: Tensor, device: str) -> Tensor:
            return torch.to(x, torch.device(device), ops.prim.dtype(x))
          def zeros(self, device: str, code: int, shape: List[int]) -> Tensor:
            return torch.zeros(shape, dtype=code, device=torch.device(device))
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
}
