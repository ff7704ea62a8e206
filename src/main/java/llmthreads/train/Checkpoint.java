package llmthreads.train;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import llmthreads.model.ModelException;
import llmthreads.model.Safetensors;
import llmthreads.script.ElementType;

/**
 * The state of a training run after a step, in a safetensors file: parameters and the optimiser's
 * moments by name.
 *
 * @param step how many steps were made
 * @param tensors values, row-major; a moment's name is the parameter's behind {@code m/} or {@code
 *     v/}
 */
public record Checkpoint(long step, Map<String, float[]> tensors) {
  private static final String STEP = "step";

  /** Writes the file as a whole or not at all. */
  public void write(Path file) {
    Map<String, Safetensors.Entry> entries = new LinkedHashMap<>();
    entries.put(
        STEP,
        new Safetensors.Entry(
            ElementType.I64, new long[0], MemorySegment.ofArray(new long[] {step})));
    tensors.forEach(
        (name, values) -> entries.put(name, Safetensors.Entry.f32(values, values.length)));
    Safetensors.write(file, entries);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws ModelException when the file is no checkpoint
   */
  public static Checkpoint read(Path file) {
    try (Safetensors stored = Safetensors.open(file)) {
      Map<String, float[]> tensors = new LinkedHashMap<>();
      for (String name : stored.names()) {
        if (!name.equals(STEP)) {
          tensors.put(name, stored.find(name).bytes().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
        }
      }
      long step = stored.get(STEP, new long[0]).bytes().get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
      return new Checkpoint(step, tensors);
    }
  }
}
