package llmthreads.model;

import llmthreads.script.ElementType;

/**
 * The numbers in which a model computes. {@link LinearKernel#fast} says which of them the processor
 * multiplies natively.
 */
public enum Precision {
  /** Single precision: the one every machine has, and the reference. */
  F32(ElementType.F32),
  /**
   * bfloat16 for weights, activations and cache, where the processor multiplies it natively: half
   * the memory.
   */
  BF16(ElementType.BF16),
  /**
   * Matrices in 8 bits with a scale for each output, multiplied with activations that are rounded
   * to 8 bits (7 without VNNI) with a scale for each row; the rest in single precision. A quarter
   * of the memory.
   */
  INT8(ElementType.F32),
  /**
   * The layers' matrices in 4 bits with a scale and a zero for every {@value #GROUP} inputs, the
   * head's in 8 bits, the rest in single precision. About a sixth of the memory.
   */
  INT4(ElementType.F32);

  /** So many inputs of a 4-bit matrix share a scale. */
  static final int GROUP = 32;

  private final ElementType activations;

  Precision(ElementType activations) {
    this.activations = activations;
  }

  /** The type of activations, cache, embedding and biases: of all but the matrices. */
  public ElementType activations() {
    return activations;
  }

  /** The precision of the matrix that makes logits. */
  public Precision head() {
    return this == INT4 ? INT8 : this;
  }

  /** Bytes that a matrix of a layer takes, its scales with it. */
  public long matrixBytes(long outputs, long inputs) {
    long numbers = Math.multiplyExact(outputs, inputs);
    return switch (this) {
      case F32, BF16 -> numbers * activations.bytes();
      case INT8 -> numbers + outputs * ElementType.F32.bytes();
      case INT4 -> numbers / 2 + numbers / GROUP * 2 * ElementType.BF16.bytes();
    };
  }
}
