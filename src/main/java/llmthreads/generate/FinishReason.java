package llmthreads.generate;

/** Why a sequence ended. */
public enum FinishReason {
  /** The model gave an end token. */
  END,
  /** A stop string came; the text ends before it. */
  STOP,
  /** It reached the number of tokens asked for. */
  MAX_TOKENS,
  /** It filled the model's context. */
  CONTEXT
}
