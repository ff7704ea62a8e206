package llmthreads.model;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import llmthreads.model.Design.AttentionBias;

/**
 * The shape of a model that many programs know.
 *
 * @param label its name in tables and options
 * @param config its numbers
 */
public record PublishedShape(String label, Config config) {
  private static final List<Integer> END = List.of(0);

  /** GPT-2, the smallest: its feed-forward part is four times as wide as its stream. */
  private static final PublishedShape GPT2 =
      new PublishedShape(
          "gpt2-124m",
          new Config(
              50_257,
              768,
              12,
              12,
              12,
              64,
              3072,
              1024,
              1e-5,
              true,
              0,
              END,
              SampleDesigns.of(Architecture.GPT2)));

  /** Narrow and deep, three query heads to a key head. */
  private static final PublishedShape SMOLLM2 =
      new PublishedShape(
          "smollm2-135m",
          new Config(49_152, 576, 30, 9, 3, 64, 1536, 8192, 1e-5, 100_000, true, 0, END));

  /** A vocabulary that takes a quarter of it, seven query heads to a key head. */
  private static final PublishedShape QWEN25 =
      new PublishedShape(
          "qwen2.5-0.5b",
          new Config(
              151_936,
              896,
              24,
              14,
              2,
              64,
              4864,
              32_768,
              1e-6,
              true,
              0,
              END,
              Design.gated(
                  Architecture.QWEN2, Rotary.plain(1e6), AttentionBias.INPUTS, false, false, 0)));

  private static final List<PublishedShape> ALL =
      Stream.of(GPT2, SMOLLM2, QWEN25).flatMap(shape -> Stream.of(shape, shape.tiny())).toList();

  /**
   * The one of a name; {@code tiny-} before it means two of its layers and few tokens.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static PublishedShape named(String label) {
    return ALL.stream()
        .filter(shape -> shape.label.equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    ALL.stream()
                        .map(PublishedShape::label)
                        .collect(
                            Collectors.joining(
                                ", ", "There is no shape '" + label + "'; there are ", ""))));
  }

  private PublishedShape tiny() {
    return new PublishedShape(
        "tiny-" + label,
        new Config(
            2048,
            config.hiddenSize(),
            2,
            config.heads(),
            config.keyValueHeads(),
            config.headSize(),
            config.feedForwardSize(),
            1024,
            config.normEpsilon(),
            config.tiedEmbeddings(),
            config.beginToken(),
            config.endTokens(),
            config.design()));
  }
}
