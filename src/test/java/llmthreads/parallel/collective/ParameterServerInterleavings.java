package llmthreads.parallel.collective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import llmthreads.parallel.Interleavings;
import llmthreads.parallel.Interleavings.Scenario;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However workers interleave that share numbers. */
class ParameterServerInterleavings {
  private static final int TRIES = 60;

  @ParameterizedTest
  @ValueSource(longs = {0, 1, StaleClock.UNBOUNDED})
  void no_update_is_lost_and_no_pull_is_staler_than_allowed(long staleness) {
    int rounds = 2;
    Interleavings.of(
        TRIES,
        () -> {
          ParameterServer server = new ParameterServer(new float[2], 2, 2, staleness);
          return new Scenario(
              2,
              worker -> {
                float[] pulled = new float[2];
                for (int round = 0; round < rounds; round++) {
                  server.pull(worker, pulled);
                  if (staleness == 0) {
                    assertArrayEquals(new float[] {2f * round, 2f * round}, pulled);
                  }
                  assertTrue(pulled[0] >= round, "a worker sees its own updates");
                  server.push(worker, new float[] {1, 1});
                }
                server.leave(worker);
              },
              () -> {
                assertArrayEquals(new float[] {2f * rounds, 2f * rounds}, server.parameters());
                assertEquals(2L * rounds, server.version(1));
              });
        });
  }
}
