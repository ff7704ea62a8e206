package llmthreads.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import llmthreads.script.Devices;
import llmthreads.script.ElementType;
import llmthreads.script.Tensor;
import org.junit.jupiter.api.Test;

class EngineThreadsTest {
  @Test
  void every_worker_has_a_platform_thread_of_its_own_with_its_name_and_number() {
    try (EngineThreads threads = new EngineThreads("crew", 3, 2)) {
      assertEquals(List.of("crew-0", "crew-1", "crew-2"), threads.names());
      List<Thread> used =
          threads.runAll(
              new Cancellation(),
              worker -> {
                EngineThread thread = EngineThread.current().orElseThrow();
                assertEquals(worker, thread.worker());
                assertEquals(2, thread.intraOpThreads());
                assertFalse(thread.isVirtual());
                return thread;
              });
      assertEquals(3, used.stream().distinct().count());
    }
  }

  @Test
  void workers_may_have_unequal_numbers_of_intra_op_threads() {
    try (EngineThreads threads = new EngineThreads("crew", List.of(3, 1))) {
      assertEquals(List.of(3, 1), threads.intraOpThreads());
      assertEquals(
          List.of(3, 1),
          threads.runAll(
              new Cancellation(), worker -> EngineThread.current().orElseThrow().intraOpThreads()));
    }
    try (EngineThreads many = new EngineThreads("crew", List.of(1000, 1))) {
      String told = many.oversubscription().orElseThrow();
      assertTrue(told.startsWith("2 workers × [1000, 1] intra-op threads want 1001 cores"), told);
    }
    assertThrows(IllegalArgumentException.class, () -> new EngineThreads("crew", List.of(1, 0)));
    assertThrows(IllegalArgumentException.class, () -> new EngineThreads("crew", List.of()));
  }

  @Test
  void a_failure_comes_to_the_caller_as_it_is_or_as_the_cause() {
    try (EngineThreads threads = new EngineThreads("crew", 1, 1)) {
      IllegalArgumentException mine = new IllegalArgumentException("mine");
      assertSame(
          mine,
          assertThrows(
              IllegalArgumentException.class,
              () ->
                  threads.run(
                      new Cancellation(),
                      () -> {
                        throw mine;
                      })));
      IOException checked = new IOException("checked");
      assertSame(
          checked,
          assertThrows(
                  IllegalStateException.class,
                  () ->
                      threads.run(
                          new Cancellation(),
                          () -> {
                            throw checked;
                          }))
              .getCause());
    }
  }

  @Test
  void the_worker_that_failed_is_reported_and_not_one_that_was_cancelled_for_it() {
    try (EngineThreads threads = new EngineThreads("crew", 3, 1)) {
      Cancellation cancellation = new Cancellation();
      Exception failure =
          assertThrows(
              IllegalStateException.class,
              () ->
                  threads.runAll(
                      cancellation,
                      worker -> {
                        if (worker == 2) {
                          throw new IllegalStateException("worker 2 fell over");
                        }
                        while (true) {
                          cancellation.check();
                          Thread.onSpinWait();
                        }
                      }));
      assertEquals("worker 2 fell over", failure.getMessage());
    }
  }

  @Test
  void closing_lets_tasks_finish_and_leaves_no_thread() throws Exception {
    EngineThreads threads = new EngineThreads("crew", 2, 1);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Future<String> slow =
        threads.submit(
            0,
            () -> {
              begun.countDown();
              go.await();
              return "done";
            });
    begun.await();
    Thread closer = Thread.ofPlatform().start(threads::close);
    go.countDown();
    closer.join();
    assertEquals("done", slow.get());
    assertTrue(
        Thread.getAllStackTraces().keySet().stream()
            .noneMatch(thread -> thread.getName().startsWith("crew-")));
    assertThrows(IllegalStateException.class, () -> threads.submit(0, () -> null));
    threads.close();
  }

  @Test
  void an_interrupted_caller_waits_for_its_workers_and_is_told() throws Exception {
    Cancellation cancellation = new Cancellation();
    try (EngineThreads threads = new EngineThreads("crew", 1, 1)) {
      Thread.currentThread().interrupt();
      assertThrows(
          CancellationException.class,
          () ->
              threads.run(
                  cancellation,
                  () -> {
                    while (!cancellation.requested()) {
                      Thread.onSpinWait();
                    }
                    return null;
                  }));
      assertTrue(Thread.interrupted());
    }
  }

  @Test
  void less_than_one_worker_or_thread_is_refused() {
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> new EngineThreads("crew", 0, 1))
            .getMessage()
            .contains("at least 1 worker"));
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> new EngineThreads("crew", 1, 0))
            .getMessage()
            .contains("at least 1 intra-op thread"));
  }

  @Test
  void wanting_more_cores_than_there_are_is_told_in_a_sentence() {
    assertTrue(EngineThreads.oversubscription(2, 1, 2).isEmpty());
    assertEquals(
        "2 workers × 2 intra-op threads want 4 cores, this process has 2:"
            + " threads wait for each other, timings mislead",
        EngineThreads.oversubscription(2, 2, 2).orElseThrow());
    assertTrue(EngineThreads.oversubscription(2, 1, 1.5).orElseThrow().contains("has 1.5"));
  }

  @Test
  void the_processor_is_the_first_device() {
    assertTrue(Device.cpu().cores() > 0);
    assertEquals("cpu:0", Devices.all().getFirst().toString());
  }

  @Test
  void a_virtual_thread_that_calls_the_engine_is_sent_to_the_engine_threads() throws Exception {
    Throwable[] thrown = new Throwable[1];
    try (Tensor tensor = Tensor.zeros(ElementType.F32, 2)) {
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  tensor.to(ElementType.F16).close();
                } catch (IllegalStateException e) {
                  thrown[0] = e;
                }
              })
          .join();
    }
    assertTrue(thrown[0].getMessage().contains("EngineThreads"), String.valueOf(thrown[0]));
  }
}
