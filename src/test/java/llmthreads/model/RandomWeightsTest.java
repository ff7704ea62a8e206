package llmthreads.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RandomWeightsTest {
  @Test
  void a_name_has_the_same_numbers_whatever_was_asked_for_before() {
    float[] first = values(new RandomWeights(7), "a.weight", 3, 5);
    WeightSource again = new RandomWeights(7);
    values(again, "b.weight", 4);
    assertArrayEquals(first, values(again, "a.weight", 3, 5));
    assertFalse(Arrays.equals(first, values(again, "b.weight", 3, 5)), "another name");
    assertFalse(Arrays.equals(first, values(new RandomWeights(8), "a.weight", 3, 5)), "a seed");
  }

  @Test
  void a_row_of_weights_has_about_unit_length_and_a_norm_is_about_one() {
    double squares = 0;
    for (float value : values(new RandomWeights(1), "w.weight", 100, 64)) {
      squares += value * value;
    }
    assertEquals(1, Math.sqrt(squares / 100), 0.05);
    for (float value : values(new RandomWeights(1), "model.norm.weight", 64)) {
      assertTrue(value > 0.8 && value < 1.2);
    }
  }

  private static float[] values(WeightSource source, String name, long... shape) {
    return source.get(name, shape).bytes().toArray(ValueLayout.JAVA_FLOAT);
  }
}
