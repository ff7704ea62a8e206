package llmthreads.model;

/** How a decoder's tokens know their position. */
public sealed interface Positions permits Rotary, Positions.Learned {
  /** By an embedding of each position, which is added to the token's. */
  record Learned() implements Positions {}
}
