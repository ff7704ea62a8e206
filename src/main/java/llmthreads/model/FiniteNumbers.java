package llmthreads.model;

import java.util.Arrays;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/** Refuses weights that are infinite or no number: a model of them would answer nonsense. */
final class FiniteNumbers {
  private FiniteNumbers() {}

  /** The numbers of a short array. */
  static float[] of(Safetensors.Entry entry) {
    require(entry);
    return StackedRows.floats(entry);
  }

  /**
   * Looks at every number, one after the other.
   *
   * @throws ModelException which names the tensor, and the first of its places that is wrong
   */
  static void require(Safetensors.Entry part) {
    if (firstWrong(part).isPresent()) {
      Safetensors.Entry all = part.whole().orElse(part);
      long at = firstWrong(all).orElseThrow();
      throw new ModelException(
          "%s holds %s at %s, not a finite number: copy or download it again, or train it anew"
              .formatted(
                  all.name(),
                  StackedRows.number(all, at),
                  Arrays.toString(place(all.shape(), at))));
    }
  }

  private static OptionalLong firstWrong(Safetensors.Entry entry) {
    return LongStream.range(0, StackedRows.count(entry))
        .filter(i -> !Float.isFinite(StackedRows.number(entry, i)))
        .findFirst();
  }

  /** Indices of a row-major array's element. */
  private static long[] place(long[] shape, long number) {
    long[] place = new long[shape.length];
    long rest = number;
    for (int dimension = shape.length - 1; dimension >= 0; dimension--) {
      place[dimension] = rest % shape[dimension];
      rest /= shape[dimension];
    }
    return place;
  }
}
