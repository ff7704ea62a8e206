package llmthreads.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import llmthreads.device.Cancellation;
import llmthreads.device.EngineThreads;
import llmthreads.trace.Trace;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Whatever the delays: no message is lost, doubled or out of its way, and every stage ends. */
class StageRowProperties {
  private static final int LONGEST_MICROS = 300;

  /** A message that still goes through the row so many times, and the stages it has seen. */
  private record Message(int number, int rounds, List<Integer> seen) {}

  @Property(tries = 60)
  void every_message_passes_every_stage_in_order_as_often_as_it_asks(
      @ForAll @IntRange(min = 1, max = 6) int stages,
      @ForAll @IntRange(max = 10) int messages,
      @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Message> all =
        IntStream.range(0, messages)
            .mapToObj(i -> new Message(i, 1 + random.nextInt(4), new ArrayList<>()))
            .toList();
    StageRow<Message> row =
        new StageRow<>(
            stages,
            all,
            left -> {
              throw new AssertionError(left + " was left behind");
            });
    run(stages, row, random.split(), -1, new AtomicInteger());
    for (Message message : all) {
      List<Integer> way = new ArrayList<>();
      for (int round = 0; round < message.rounds; round++) {
        IntStream.range(0, stages).forEach(way::add);
      }
      assertEquals(way, message.seen);
    }
  }

  @Property(tries = 60)
  void when_a_stage_fails_every_stage_ends_and_every_other_message_is_handed_back(
      @ForAll @IntRange(min = 1, max = 6) int stages,
      @ForAll @IntRange(min = 1, max = 10) int messages,
      @ForAll @IntRange(max = 30) int failAt,
      @ForAll long seed) {
    List<Integer> left = Collections.synchronizedList(new ArrayList<>());
    List<Message> all =
        IntStream.range(0, messages)
            .mapToObj(i -> new Message(i, 40, Collections.synchronizedList(new ArrayList<>())))
            .toList();
    StageRow<Message> row = new StageRow<>(stages, all, message -> left.add(message.number));
    AtomicInteger fallen = new AtomicInteger();
    String told =
        assertThrows(
                IllegalStateException.class,
                () -> run(stages, row, new SplittableRandom(seed), failAt, fallen))
            .getMessage();
    assertEquals("a stage fell over", told);
    assertEquals(messages - fallen.get(), left.stream().distinct().count());
    assertEquals(messages - fallen.get(), left.size());
  }

  private static void run(
      int stages,
      StageRow<Message> row,
      SplittableRandom random,
      int failAt,
      AtomicInteger fallen) {
    AtomicInteger passes = new AtomicInteger();
    long[] seeds = random.longs(stages).toArray();
    try (EngineThreads threads = new EngineThreads("row", stages, 1)) {
      Cancellation cancellation = new Cancellation();
      threads.runAll(
          cancellation,
          index -> {
            SplittableRandom delays = new SplittableRandom(seeds[index]);
            try {
              row.run(
                  new Worker(index, stages, cancellation, Trace.off()),
                  message -> {
                    LockSupport.parkNanos(1000L * delays.nextInt(LONGEST_MICROS));
                    if (passes.getAndIncrement() == failAt) {
                      fallen.incrementAndGet();
                      throw new IllegalStateException("a stage fell over");
                    }
                    message.seen.add(index);
                    boolean through = message.seen.size() == message.rounds * stages;
                    return through ? Optional.empty() : Optional.of(message);
                  });
            } finally {
              row.leave();
            }
            return index;
          });
    }
  }
}
