package llmthreads.model;

import java.util.Map;

/**
 * One turn of a conversation.
 *
 * @param role who speaks: {@code system}, {@code user}, {@code assistant}, or another that the
 *     model's template knows, such as {@code tool}
 * @param content what is said
 * @param more what else the template may read of a message, such as {@code tool_calls}, in the
 *     values of {@link ChatOptions}
 */
public record ChatMessage(String role, String content, Map<String, ?> more) {
  /** What the model is told to be. */
  public static ChatMessage system(String content) {
    return new ChatMessage("system", content, Map.of());
  }

  /** What the model is asked. */
  public static ChatMessage user(String content) {
    return new ChatMessage("user", content, Map.of());
  }

  /** What the model answered. */
  public static ChatMessage assistant(String content) {
    return new ChatMessage("assistant", content, Map.of());
  }
}
