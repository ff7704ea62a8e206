package llmthreads.model;

import llmthreads.model.Design.AttentionBias;

/** For every architecture a design that uses all that it may: what holds for all is tried on it. */
public final class SampleDesigns {
  private SampleDesigns() {}

  public static Design of(Architecture architecture) {
    return switch (architecture) {
      case LLAMA -> {
        Rotary rotary = new Rotary(1_000, new Rotary.ByWavelength(8, 1, 4, 64));
        yield Design.gated(architecture, rotary, AttentionBias.ALL, true, false, 0);
      }
      case MISTRAL ->
          Design.gated(architecture, Rotary.plain(10_000), AttentionBias.NONE, false, false, 24);
      case QWEN2 ->
          Design.gated(architecture, Rotary.plain(1e6), AttentionBias.INPUTS, false, false, 40);
      case QWEN3 ->
          Design.gated(architecture, Rotary.plain(1e6), AttentionBias.ALL, false, true, 0);
      case GPT2 -> Gpt2Files.design();
    };
  }
}
