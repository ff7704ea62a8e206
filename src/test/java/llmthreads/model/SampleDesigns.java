package llmthreads.model;

import llmthreads.model.Design.AttentionBias;

/** For every architecture a design that uses all that it may: what holds for all is tried on it. */
public final class SampleDesigns {
  private SampleDesigns() {}

  public static Design of(Architecture architecture) {
    return switch (architecture) {
      case LLAMA ->
          new Design(
              architecture,
              new Rotary(1_000, new Rotary.ByWavelength(8, 1, 4, 64)),
              AttentionBias.ALL,
              true,
              0);
      case MISTRAL -> new Design(architecture, Rotary.plain(10_000), AttentionBias.NONE, false, 24);
    };
  }
}
