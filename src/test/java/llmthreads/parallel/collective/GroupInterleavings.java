package llmthreads.parallel.collective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import llmthreads.parallel.Interleavings;
import llmthreads.parallel.Interleavings.Scenario;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** However the members of a group interleave. */
class GroupInterleavings {
  private static final int TRIES = 100;

  @ParameterizedTest
  @CsvSource({"2", "3"})
  void what_was_written_before_a_barrier_is_read_behind_it(int members) {
    Interleavings.of(
        TRIES,
        () -> {
          Group group = new Group(members);
          int[] shared = new int[members];
          return new Scenario(
              members,
              worker -> {
                for (int round = 1; round <= 2; round++) {
                  shared[worker.index()] = round;
                  group.barrier(worker);
                  for (int value : shared) {
                    assertEquals(round, value);
                  }
                  group.barrier(worker);
                }
              },
              () -> {});
        });
  }

  @ParameterizedTest
  @CsvSource({"2, RING", "3, RING", "2, TREE", "3, TREE"})
  void an_all_reduce_gives_everyone_the_sums(int members, Group.Algorithm algorithm) {
    Interleavings.of(
        TRIES,
        () -> {
          Group group = new Group(members);
          float[][] arrays = arrays(members);
          return new Scenario(
              members,
              worker ->
                  group.allReduce(worker, MemorySegment.ofArray(arrays[worker.index()]), algorithm),
              () -> assertSums(arrays));
        });
  }

  @Test
  void a_reduce_scatter_and_an_all_gather_follow_each_other_safely() {
    Interleavings.of(
        TRIES,
        () -> {
          Group group = new Group(2);
          float[][] arrays = arrays(2);
          return new Scenario(
              2,
              worker -> {
                MemorySegment array = MemorySegment.ofArray(arrays[worker.index()]);
                group.reduceScatter(worker, array);
                group.allGather(worker, array);
              },
              () -> assertSums(arrays));
        });
  }

  /** Member m holds 10^m, twice and three times that. */
  private static float[][] arrays(int members) {
    float[][] arrays = new float[members][];
    float unit = 1;
    for (int member = 0; member < members; member++) {
      arrays[member] = new float[] {unit, 2 * unit, 3 * unit};
      unit *= 10;
    }
    return arrays;
  }

  private static void assertSums(float[][] arrays) {
    float ones = arrays.length == 2 ? 11 : 111;
    for (float[] array : arrays) {
      assertArrayEquals(new float[] {ones, 2 * ones, 3 * ones}, array);
    }
  }
}
