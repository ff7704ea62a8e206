package llmthreads.parallel.collective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import llmthreads.parallel.Worker;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Whatever the sizes, the delays and the order in which operations follow each other. */
class GroupProperties {
  /** What a member does, with delays of its own. */
  private interface Member {
    void run(Worker worker, float[] array, Runnable delay) throws Exception;
  }

  @Property(tries = 80)
  void an_all_reduce_gives_everyone_the_sums_and_moves_what_the_formula_says(
      @ForAll @IntRange(min = 1, max = 6) int members,
      @ForAll @IntRange(max = 70) int size,
      @ForAll Group.Algorithm algorithm,
      @ForAll long seed) {
    Group group = new Group(members);
    long[] moved = new long[members];
    float[][] arrays =
        run(
            members,
            size,
            seed,
            (worker, array, delay) -> {
              delay.run();
              moved[worker.index()] =
                  group.allReduce(worker, MemorySegment.ofArray(array), algorithm);
              delay.run();
            });
    float[][] before = random(members, size, seed);
    for (int i = 0; i < size; i++) {
      int at = i;
      double sum = IntStream.range(0, members).mapToDouble(m -> before[m][at]).sum();
      assertEquals(sum, arrays[0][i], 1e-5 * members);
    }
    for (float[] array : arrays) {
      assertArrayEquals(bits(arrays[0]), bits(array), "all members hold the same bits");
    }
    assertEquals(2L * (members - 1) * size * Float.BYTES, Arrays.stream(moved).sum());
    if (algorithm == Group.Algorithm.RING && size % members == 0) {
      for (long each : moved) {
        assertEquals(2L * (members - 1) * size / members * Float.BYTES, each);
      }
    }
  }

  @Property(tries = 40)
  void the_order_in_which_members_come_changes_no_bit(
      @ForAll @IntRange(min = 2, max = 6) int members,
      @ForAll Group.Algorithm algorithm,
      @ForAll long seed,
      @ForAll long otherDelays) {
    float[][] first = reduced(members, algorithm, seed, seed);
    float[][] second = reduced(members, algorithm, seed, otherDelays);
    assertArrayEquals(bits(first[0]), bits(second[0]));
  }

  @Property(tries = 60)
  void a_reduce_scatter_and_an_all_gather_are_an_all_reduce(
      @ForAll @IntRange(min = 1, max = 6) int members,
      @ForAll @IntRange(max = 70) int size,
      @ForAll long seed) {
    Group group = new Group(members);
    float[][] twoSteps =
        run(
            members,
            size,
            seed,
            (worker, array, delay) -> {
              MemorySegment segment = MemorySegment.ofArray(array);
              group.reduceScatter(worker, segment);
              delay.run();
              for (int other = 0; other < members; other++) {
                if (other != worker.index()) {
                  group.chunk(segment, other).fill((byte) 0x7f);
                }
              }
              group.allGather(worker, segment);
            });
    Group again = new Group(members);
    float[][] oneStep =
        run(
            members,
            size,
            seed,
            (worker, array, delay) ->
                again.allReduce(worker, MemorySegment.ofArray(array), Group.Algorithm.RING));
    for (int member = 0; member < members; member++) {
      assertArrayEquals(bits(oneStep[member]), bits(twoSteps[member]));
    }
  }

  @Property(tries = 40)
  void what_was_written_before_a_barrier_is_read_behind_it(
      @ForAll @IntRange(min = 1, max = 6) int members, @ForAll long seed) {
    Group group = new Group(members);
    int[] shared = new int[members];
    run(
        members,
        0,
        seed,
        (worker, array, delay) -> {
          for (int round = 1; round <= 20; round++) {
            delay.run();
            shared[worker.index()] = round;
            group.barrier(worker);
            for (int value : shared) {
              assertEquals(round, value);
            }
            group.barrier(worker);
          }
        });
  }

  @Property(tries = 30)
  void when_a_member_fails_nobody_waits_for_it(
      @ForAll @IntRange(min = 2, max = 6) int members,
      @ForAll @IntRange(max = 5) int failing,
      @ForAll Group.Algorithm algorithm,
      @ForAll long seed) {
    Group group = new Group(members);
    String told =
        assertThrows(
                IllegalStateException.class,
                () ->
                    run(
                        members,
                        40,
                        seed,
                        (worker, array, delay) -> {
                          for (int round = 0; round < 5; round++) {
                            delay.run();
                            if (round == 3 && worker.index() == failing % members) {
                              throw new IllegalStateException("a member fell over");
                            }
                            group.allReduce(worker, MemorySegment.ofArray(array), algorithm);
                          }
                        }))
            .getMessage();
    assertEquals("a member fell over", told);
  }

  private static float[][] reduced(int members, Group.Algorithm algorithm, long seed, long delays) {
    Group group = new Group(members);
    float[][] arrays = random(members, 33, seed);
    run(
        arrays,
        delays,
        (worker, array, delay) -> {
          delay.run();
          group.allReduce(worker, MemorySegment.ofArray(array), algorithm);
        });
    return arrays;
  }

  private static float[][] run(int members, int size, long seed, Member member) {
    float[][] arrays = random(members, size, seed);
    run(arrays, seed, member);
    return arrays;
  }

  private static void run(float[][] arrays, long delaySeed, Member member) {
    Members.run(
        arrays.length,
        delaySeed,
        (worker, delay) -> member.run(worker, arrays[worker.index()], delay));
  }

  private static float[][] random(int members, int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] arrays = new float[members][size];
    for (float[] array : arrays) {
      for (int i = 0; i < size; i++) {
        array[i] = (float) random.nextDouble(-1, 1);
      }
    }
    return arrays;
  }

  private static int[] bits(float... values) {
    return IntStream.range(0, values.length).map(i -> Float.floatToRawIntBits(values[i])).toArray();
  }
}
