package llmthreads.parallel.collective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.stream.LongStream;
import llmthreads.device.Cancellation;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** However workers are delayed, and however much staleness they are allowed. */
class ParameterServerProperties {
  private static final int ROUNDS = 12;

  /** Small whole numbers, whose sums are exact in any order. */
  @Property(tries = 40)
  void every_update_is_added_exactly_once_to_every_number(
      @ForAll @IntRange(min = 1, max = 5) int members,
      @ForAll @IntRange(min = 1, max = 30) int size,
      @ForAll @IntRange(min = 1, max = 8) int stripes,
      @ForAll @IntRange(max = 3) int staleness,
      @ForAll boolean bounded,
      @ForAll long seed) {
    int cut = Math.min(size, stripes);
    long bound = bounded ? staleness : StaleClock.UNBOUNDED;
    ParameterServer server = new ParameterServer(new float[size], members, cut, bound);
    float[][] sums = new float[members][size];
    Members.run(
        members,
        seed,
        (worker, delay) -> {
          SplittableRandom random = new SplittableRandom(seed + worker.index());
          float[] array = new float[size];
          for (int round = 0; round < ROUNDS; round++) {
            server.pull(worker, array);
            delay.run();
            for (int i = 0; i < size; i++) {
              array[i] = random.nextInt(-9, 10);
              sums[worker.index()][i] += array[i];
            }
            server.push(worker, array);
          }
        });
    float[] expected = new float[size];
    for (float[] sum : sums) {
      for (int i = 0; i < size; i++) {
        expected[i] += sum[i];
      }
    }
    assertArrayEquals(expected, server.parameters());
    for (int stripe = 0; stripe < server.stripes(); stripe++) {
      assertEquals((long) members * ROUNDS, server.version(stripe));
    }
  }

  /** Number {@code m} counts what member {@code m} pushed. */
  @Property(tries = 40)
  void a_pull_holds_the_rounds_that_the_bound_promises_and_no_later_ones(
      @ForAll @IntRange(min = 1, max = 5) int members,
      @ForAll @IntRange(max = 3) int staleness,
      @ForAll long seed) {
    ParameterServer server = new ParameterServer(new float[members], members, 1, staleness);
    Members.run(
        members,
        seed,
        (worker, delay) -> {
          float[] seen = new float[members];
          float[] one = new float[members];
          one[worker.index()] = 1;
          for (int round = 0; round < ROUNDS; round++) {
            server.pull(worker, seen);
            assertEquals(round, seen[worker.index()], "its own it sees all");
            for (float count : seen) {
              assertTrue(count >= round - staleness, Arrays.toString(seen));
              assertTrue(count <= round + staleness, Arrays.toString(seen));
            }
            delay.run();
            server.push(worker, one);
            assertTrue(round + 1 - server.clock().slowest() <= staleness + 1);
          }
        });
  }

  @Property(tries = 20)
  void an_update_enters_a_stripe_as_a_whole(@ForAll long seed) {
    int size = 4000;
    int stripes = 3;
    ParameterServer server = new ParameterServer(new float[size], 4, stripes, StaleClock.UNBOUNDED);
    float[] ones = new float[size];
    Arrays.fill(ones, 1);
    Members.run(
        4,
        seed,
        (worker, delay) -> {
          float[] seen = new float[size];
          for (int round = 0; round < ROUNDS; round++) {
            server.pull(worker, seen);
            for (int stripe = 0; stripe < stripes; stripe++) {
              int from = size * stripe / stripes;
              for (int i = from; i < size * (stripe + 1) / stripes; i++) {
                assertEquals(seen[from], seen[i]);
              }
            }
            server.push(worker, ones);
          }
        });
    float[] all = new float[size];
    Arrays.fill(all, 4 * ROUNDS);
    assertArrayEquals(all, server.parameters(), "no update was lost");
  }

  /**
   * With a staleness of 0 all gradients of a round are taken at the same numbers. Their sum is
   * taken in another order than the serial one, so the last digits may differ.
   */
  @Property(tries = 25)
  void without_staleness_descent_is_the_synchronous_one_within_rounding(
      @ForAll @IntRange(min = 1, max = 5) int members, @ForAll long seed) {
    float rate = 0.1f / members;
    Problem problem = new Problem(members, seed);
    float[] synchronous = new float[Problem.SIZE];
    for (int round = 0; round < 40; round++) {
      float[] at = synchronous.clone();
      for (int member = 0; member < members; member++) {
        float[] update = problem.update(member, round, at, rate);
        for (int i = 0; i < update.length; i++) {
          synchronous[i] += update[i];
        }
      }
    }
    ParameterServer server = new ParameterServer(new float[Problem.SIZE], members, 2, 0);
    Members.run(
        members,
        seed,
        (worker, delay) -> {
          float[] at = new float[Problem.SIZE];
          for (int round = 0; round < 40; round++) {
            server.pull(worker, at);
            server.push(worker, problem.update(worker.index(), round, at, rate));
          }
        });
    assertArrayEquals(synchronous, server.parameters(), 1e-5f);
  }

  @Property(tries = 20)
  void no_update_misses_more_of_the_others_than_the_bound_lets_come_between(
      @ForAll @IntRange(min = 1, max = 5) int members,
      @ForAll @IntRange(max = 3) int staleness,
      @ForAll long seed) {
    ParameterServer server = new ParameterServer(new float[7], members, 2, staleness);
    long[] worst = new long[members];
    Members.run(
        members,
        seed,
        (worker, delay) -> {
          float[] array = new float[7];
          for (int round = 0; round < ROUNDS; round++) {
            server.pull(worker, array);
            delay.run();
            worst[worker.index()] = Math.max(worst[worker.index()], server.push(worker, array));
          }
        });
    long bound = (members - 1L) * (2L * staleness + 1);
    assertTrue(LongStream.of(worst).allMatch(each -> each <= bound), Arrays.toString(worst));
  }

  @Property(tries = 20)
  void when_a_member_fails_nobody_waits_for_it(
      @ForAll @IntRange(min = 2, max = 5) int members,
      @ForAll @IntRange(max = 4) int failing,
      @ForAll @IntRange(max = 3) int staleness,
      @ForAll boolean inThePush,
      @ForAll long seed) {
    ParameterServer server = new ParameterServer(new float[3], members, 1, staleness);
    String told =
        assertThrows(
                IllegalStateException.class,
                () ->
                    Members.run(
                        members,
                        seed,
                        (worker, delay) -> {
                          float[] array = new float[3];
                          for (int round = 0; round < ROUNDS; round++) {
                            boolean falls = round == 3 && worker.index() == failing % members;
                            if (falls && !inThePush) {
                              throw new IllegalStateException("a member fell over");
                            }
                            server.pull(worker, array);
                            delay.run();
                            if (falls) {
                              throw new IllegalStateException("a member fell over");
                            }
                            server.push(worker, array);
                          }
                        }))
            .getMessage();
    assertEquals("a member fell over", told);
  }

  @Example
  void a_cancelled_run_ends_who_waits_and_members_that_left_hold_nobody_up() {
    Cancellation cancellation = new Cancellation();
    ParameterServer server = new ParameterServer(new float[3], 3, 1, 2);
    assertThrows(
        CancellationException.class,
        () ->
            Members.run(
                3,
                1,
                cancellation,
                (worker, delay) -> {
                  float[] array = new float[3];
                  for (int round = 0; worker.index() != 1 || round < 20; round++) {
                    if (worker.index() == 2) {
                      server.leave(worker);
                      return;
                    }
                    server.pull(worker, array);
                    server.push(worker, array);
                  }
                  cancellation.request();
                }));
    assertTrue(server.version(0) >= 20, "member 1 was not held up by member 2");
  }

  @Example
  void what_does_not_fit_is_refused_in_a_sentence() {
    refused("3 numbers can be cut into 1 to 3 stripes, not 4", 4);
    refused("3 numbers can be cut into 1 to 3 stripes, not 0", 0);
  }

  private static void refused(String reason, int stripes) {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> new ParameterServer(new float[3], 2, stripes, 0))
            .getMessage();
    assertTrue(message.contains(reason), message);
  }

  /** Least squares, which is convex: every member has data of its own. */
  private record Problem(int members, long seed) {
    static final int SIZE = 6;

    float[] update(int member, int round, float[] at, float rate) {
      SplittableRandom random = new SplittableRandom(seed * 31 + member * 1009L + round % 4);
      float[] x = new float[SIZE];
      float error = 0;
      for (int i = 0; i < SIZE; i++) {
        x[i] = (float) random.nextDouble(-1, 1);
        error += x[i] * (at[i] - i);
      }
      float[] update = new float[SIZE];
      for (int i = 0; i < SIZE; i++) {
        update[i] = -rate * error * x[i];
      }
      return update;
    }
  }
}
