package llmthreads.model;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a conversation becomes a prompt. Values are texts, numbers, truth values, {@code null}, lists
 * and maps of these.
 *
 * @param answer whether the prompt ends where the model's answer begins
 * @param tools that the model may call, each described by a JSON schema; empty for none
 * @param values that the model's own template asks for, by name, such as {@code enable_thinking}
 */
public record ChatOptions(
    boolean answer, List<? extends Map<String, ?>> tools, Map<String, ?> values) {
  /** A prompt for an answer, without tools. */
  public static final ChatOptions DEFAULT = new ChatOptions(true, List.of(), Map.of());

  /** The same with tools. */
  public ChatOptions withTools(List<? extends Map<String, ?>> described) {
    return new ChatOptions(answer, described, values);
  }

  /** The same with a value for the template. */
  public ChatOptions with(String name, Object value) {
    Map<String, Object> all = new TreeMap<>(values);
    all.put(name, value);
    return new ChatOptions(answer, tools, all);
  }
}
