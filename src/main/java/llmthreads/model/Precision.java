package llmthreads.model;

import llmthreads.script.ElementType;

/** The numbers in which a model computes. */
public enum Precision {
  /** Single precision: the one every machine has, and the reference. */
  F32(ElementType.F32),
  /**
   * bfloat16 for weights, activations and cache, where the processor multiplies it natively: half
   * the memory.
   */
  BF16(ElementType.BF16);

  private final ElementType type;

  Precision(ElementType type) {
    this.type = type;
  }

  /** The type of an element. */
  public ElementType type() {
    return type;
  }
}
