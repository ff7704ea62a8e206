package llmthreads.parallel;

import java.util.Map;
import llmthreads.parallel.collective.Group;
import llmthreads.trace.Span;
import llmthreads.trace.Trace;

/**
 * What a run cost one worker.
 *
 * @param worker the name of its thread
 * @param computeNs at work, in nanoseconds
 * @param synchroniseNs in exchanges with the others, waiting for them included
 * @param waitNs with nothing to do
 * @param movedBytes in exchanges, or handed to it
 * @param weightBytes of weights that it needs
 */
public record WorkerCost(
    String worker,
    long computeNs,
    long synchroniseNs,
    long waitNs,
    long movedBytes,
    long weightBytes) {
  static WorkerCost of(Trace trace, String worker, long weightBytes) {
    Map<String, Long> totals = trace.totalsByLaneNs().getOrDefault(worker, Map.of());
    long synchronise =
        Group.EXCHANGES.stream().mapToLong(name -> totals.getOrDefault(name, 0L)).sum();
    long wait = totals.getOrDefault(Cycle.WAIT, 0L);
    long idle = trace.gaps(worker).stream().mapToLong(Span::durationNs).sum();
    long moved =
        trace.spans().stream()
            .filter(span -> span.lane().equals(worker))
            .mapToLong(Span::bytes)
            .sum();
    return new WorkerCost(
        worker,
        trace.durationNs() - idle - synchronise - wait,
        synchronise,
        wait,
        moved,
        weightBytes);
  }
}
