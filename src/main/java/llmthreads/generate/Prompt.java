package llmthreads.generate;

import java.util.ArrayList;
import java.util.List;
import llmthreads.model.ChatMessage;
import llmthreads.model.ChatOptions;
import llmthreads.model.ChatTemplate;
import llmthreads.model.Config;
import llmthreads.model.LanguageModel;
import llmthreads.model.Tokenizer;

/**
 * A text to be continued, as tokens.
 *
 * @param index its number in the list that was asked for, which also names its random numbers
 * @param tokens one or more
 */
public record Prompt(int index, int[] tokens) {
  /**
   * Turns texts into prompts.
   *
   * @throws IllegalArgumentException when there are none, or one is empty or leaves no room in the
   *     model's context
   */
  public static List<Prompt> encode(LanguageModel model, List<String> texts) {
    Tokenizer tokenizer =
        model
            .tokenizer()
            .orElseThrow(
                () -> new IllegalArgumentException("This model has no tokenizer: give it tokens"));
    List<int[]> tokens = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      if (texts.get(i).isEmpty()) {
        throw new IllegalArgumentException("Prompt %d is empty".formatted(i));
      }
      tokens.add(tokenizer.encode(texts.get(i)));
    }
    return of(model.config(), tokens);
  }

  /**
   * Turns conversations into prompts, by the model's chat template, whose special tokens are
   * tokens, and which adds the beginning of a text itself where it wants one.
   *
   * @throws IllegalArgumentException when the model has no template, the template refuses a
   *     conversation, or one leaves no room in the model's context
   */
  public static List<Prompt> chats(
      LanguageModel model, List<List<ChatMessage>> conversations, ChatOptions options) {
    ChatTemplate template =
        model
            .chat()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "This model was published without a chat template, so it was not taught to"
                            + " converse: give it texts to continue"));
    Tokenizer tokenizer = model.tokenizer().orElseThrow();
    return of(
        model.config(),
        conversations.stream()
            .map(messages -> tokenizer.encodePlain(template.render(messages, options)))
            .toList());
  }

  /**
   * Numbers token sequences as prompts.
   *
   * @throws IllegalArgumentException when there are none, or one is empty, leaves no room in the
   *     model's context or holds a token that the model does not know
   */
  public static List<Prompt> of(Config config, List<int[]> sequences) {
    if (sequences.isEmpty()) {
      throw new IllegalArgumentException("There are no prompts: the list is empty");
    }
    List<Prompt> prompts = new ArrayList<>();
    for (int[] tokens : sequences) {
      int index = prompts.size();
      if (tokens.length == 0) {
        throw new IllegalArgumentException("Prompt %d is empty".formatted(index));
      }
      if (tokens.length >= config.context()) {
        throw new IllegalArgumentException(
            "Prompt %d has %d tokens, the model's context is %d: shorten it to %d at most"
                .formatted(index, tokens.length, config.context(), config.context() - 1));
      }
      for (int token : tokens) {
        if (token < 0 || token >= config.vocabularySize()) {
          throw new IllegalArgumentException(
              "Prompt %d holds token %d, the model's vocabulary has %d"
                  .formatted(index, token, config.vocabularySize()));
        }
      }
      prompts.add(new Prompt(index, tokens));
    }
    return List.copyOf(prompts);
  }

  /**
   * Each prompt several times in a row, numbered anew, so that each time has random numbers of its
   * own: that many answers to each.
   */
  public static List<Prompt> repeated(List<Prompt> prompts, int times) {
    if (times < 1) {
      throw new IllegalArgumentException(
          "A prompt is asked at least once, not " + times + " times");
    }
    List<Prompt> all = new ArrayList<>();
    for (Prompt prompt : prompts) {
      for (int i = 0; i < times; i++) {
        all.add(new Prompt(all.size(), prompt.tokens));
      }
    }
    return List.copyOf(all);
  }

  /** Tokens of the longest; 0 when there are none. */
  public static int longest(List<Prompt> prompts) {
    return prompts.stream().mapToInt(prompt -> prompt.tokens.length).max().orElse(0);
  }
}
