package llmthreads.script;

/** What one element of a {@link Tensor} is: its PyTorch scalar code and its size. */
public enum ElementType {
  U8(0, 1),
  I8(1, 1),
  I32(3, 4),
  I64(4, 8),
  F16(5, 2),
  F32(6, 4),
  BOOL(11, 1),
  BF16(15, 2);

  private final int code;
  private final int bytes;

  ElementType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** The number by which TorchScript names this type, as in {@code torch.to(x, 15)}. */
  public int code() {
    return code;
  }

  /** Size of one element, in bytes. */
  public int bytes() {
    return bytes;
  }

  static ElementType ofCode(long code) {
    for (ElementType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    throw new IllegalArgumentException("PyTorch's scalar type " + code + " is none of ours");
  }
}
