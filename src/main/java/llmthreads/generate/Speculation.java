package llmthreads.generate;

import llmthreads.model.Config;
import llmthreads.model.LanguageModel;

/**
 * A small model that guesses ahead, so that the large one computes several tokens in one step and
 * keeps those that it would have chosen itself (speculative decoding, Leviathan et al., arXiv
 * 2211.17192). Here a guess is kept when it is the token that the large model's logits and the
 * position's random number choose, and a token's logits are the same bits in whatever step they are
 * computed: so answers do not change, only their time.
 *
 * @param draft the small model, with the large one's vocabulary; who gave it closes it
 * @param tokens the most that it guesses at once
 */
public record Speculation(LanguageModel draft, int tokens) {
  /** Checks the range. */
  public Speculation {
    if (tokens < 1) {
      throw new IllegalArgumentException("A draft guesses at least 1 token, not " + tokens);
    }
  }

  /**
   * Checks that the draft can guess for a model.
   *
   * @param positions that a sequence may have
   * @throws IllegalArgumentException when its vocabulary is another or its context too short
   */
  void check(Config model, int positions) {
    Config small = draft.config();
    if (small.vocabularySize() != model.vocabularySize()) {
      throw new IllegalArgumentException(
          "The draft has a vocabulary of %d tokens, the model one of %d: it must be the same"
              .formatted(small.vocabularySize(), model.vocabularySize()));
    }
    if (small.context() < positions) {
      throw new IllegalArgumentException(
          "The draft's context is %d, but sequences may have %d positions"
              .formatted(small.context(), positions));
    }
  }
}
