package llmthreads.parallel.collective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CancellationException;
import llmthreads.device.Cancellation;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** However slow some members are. */
class StaleClockProperties {
  private static final int ROUNDS = 12;

  @Property(tries = 40)
  void nobody_goes_on_with_the_slowest_further_behind_than_the_bound(
      @ForAll @IntRange(min = 1, max = 5) int members,
      @ForAll @IntRange(max = 3) int staleness,
      @ForAll long seed) {
    StaleClock clock = new StaleClock(members, staleness);
    Members.run(
        members,
        seed,
        (worker, delay) -> {
          for (int round = 1; round <= ROUNDS; round++) {
            delay.run();
            clock.advance(worker);
            assertEquals(round, clock.of(worker.index()));
            assertTrue(round - clock.slowest() <= staleness + 1, "before it waits");
            clock.await(worker);
            assertTrue(round - clock.slowest() <= staleness, "behind the wait");
          }
        });
    assertEquals(ROUNDS, clock.slowest());
  }

  @Property(tries = 20)
  void a_staleness_of_0_is_a_barrier(
      @ForAll @IntRange(min = 1, max = 5) int members, @ForAll long seed) {
    StaleClock clock = new StaleClock(members, 0);
    int[] shared = new int[members];
    Members.run(
        members,
        seed,
        (worker, delay) -> {
          for (int round = 1; round <= ROUNDS; round++) {
            delay.run();
            shared[worker.index()] = round;
            clock.tick(worker);
            for (int value : shared) {
              assertEquals(round, value);
            }
            clock.tick(worker);
          }
        });
  }

  @Example
  void without_a_bound_nobody_waits_even_for_one_who_never_comes() {
    StaleClock clock = new StaleClock(2, StaleClock.UNBOUNDED);
    Members.run(
        2,
        1,
        (worker, delay) -> {
          for (int round = 0; worker.index() == 0 && round < 1000; round++) {
            clock.tick(worker);
          }
        });
    assertEquals(1000, clock.of(0));
    assertEquals(0, clock.slowest());
  }

  @Example
  void nobody_waits_for_a_member_that_left() {
    StaleClock clock = new StaleClock(3, 1);
    Members.run(
        3,
        1,
        (worker, delay) -> {
          for (int round = 0; round < 5 * worker.index(); round++) {
            clock.tick(worker);
          }
          clock.leave(worker);
        });
    assertEquals(Long.MAX_VALUE, clock.slowest());
  }

  @Property(tries = 20)
  void when_a_member_fails_nobody_waits_for_it(
      @ForAll @IntRange(min = 2, max = 5) int members,
      @ForAll @IntRange(max = 4) int failing,
      @ForAll @IntRange(max = 3) int staleness,
      @ForAll long seed) {
    StaleClock clock = new StaleClock(members, staleness);
    String told =
        assertThrows(
                IllegalStateException.class,
                () ->
                    Members.run(
                        members,
                        seed,
                        (worker, delay) -> {
                          for (int round = 0; round < ROUNDS; round++) {
                            delay.run();
                            if (round == 3 && worker.index() == failing % members) {
                              throw new IllegalStateException("a member fell over");
                            }
                            clock.tick(worker);
                          }
                        }))
            .getMessage();
    assertEquals("a member fell over", told);
  }

  @Example
  void a_cancelled_run_ends_those_who_wait_and_those_who_would_not() {
    for (long staleness : new long[] {0, StaleClock.UNBOUNDED}) {
      StaleClock clock = new StaleClock(2, staleness);
      Cancellation cancellation = new Cancellation();
      assertThrows(
          CancellationException.class,
          () ->
              Members.run(
                  2,
                  1,
                  cancellation,
                  (worker, delay) -> {
                    while (worker.index() == 0) {
                      clock.tick(worker);
                    }
                    cancellation.request();
                  }));
    }
  }

  @Example
  void what_makes_no_sense_is_refused_in_a_sentence() {
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> new StaleClock(0, 1))
            .getMessage()
            .contains("at least 1 member, not 0"));
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> new StaleClock(1, -1))
            .getMessage()
            .contains("0 (a barrier) or more rounds, not -1"));
  }
}
