package llmthreads.parallel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import llmthreads.generate.Completion;
import llmthreads.generate.GenerateOptions;
import llmthreads.generate.Prompt;
import llmthreads.generate.RunningBatch;
import llmthreads.model.LanguageModel;
import llmthreads.model.Step;
import llmthreads.model.StepRunner;
import llmthreads.script.Tensor;
import llmthreads.trace.Trace;

/**
 * Pipeline parallelism as a strategy: the layers are split, and the prompts go through them in
 * micro-batches. A stage computes its layers for one micro-batch while the others compute theirs
 * for others; the last chooses the tokens and sends the micro-batch back to the first. Of each
 * micro-batch a stage keeps the keys and values of its own layers.
 *
 * @param stages what computes each stage's layers, in order
 */
record LayerStages(
    LanguageModel model, List<StepRunner.Source> stages, GenerateOptions options, int microBatches)
    implements GenerationStrategy<LayerStages.Part> {
  /**
   * What a worker needs.
   *
   * @param batches the micro-batches; the last stage's worker is the one that uses them
   */
  record Part(StageRow<Flight> row, List<RunningBatch> batches) {}

  /**
   * A micro-batch on its way through the stages.
   *
   * @param batch its number
   * @param hidden what the stage before made of the step; none before the first
   */
  record Flight(int batch, RunningBatch.Next next, Optional<Tensor> hidden) {
    void close() {
      hidden.ifPresent(Tensor::close);
    }
  }

  @Override
  public List<Part> split(List<Prompt> prompts, int workers) {
    Queue<Prompt> queue = new ConcurrentLinkedQueue<>(prompts);
    Part shared =
        part(() -> Optional.ofNullable(queue.poll()), prompts.size(), Prompt.longest(prompts));
    return Collections.nCopies(workers, shared);
  }

  /**
   * What the workers of one line share.
   *
   * @param source of the prompts, which other lines may share
   * @param prompts about how many will come
   * @param longest tokens of the longest that may come
   * @throws IllegalArgumentException when the options name a draft
   */
  Part part(Supplier<Optional<Prompt>> source, int prompts, int longest) {
    if (options.execution().speculation().isPresent()) {
      throw new IllegalArgumentException(
          "A pipeline does not speculate, its stages are busy with other micro-batches: leave the"
              + " draft out");
    }
    int slots = Math.ceilDiv(Math.min(options.batch(), prompts), microBatches);
    List<RunningBatch> batches = new ArrayList<>();
    List<Flight> flights = new ArrayList<>();
    for (int number = 0; number < microBatches; number++) {
      RunningBatch batch = new RunningBatch(model, options, source, slots, longest);
      batches.add(batch);
      flight(number, batch).ifPresent(flights::add);
    }
    StageRow<Flight> row = new StageRow<>(stages.size(), flights, Flight::close);
    return new Part(row, batches);
  }

  /**
   * The number of micro-batches, when it is one.
   *
   * @throws IllegalArgumentException when it is less than 1
   */
  static int checked(int microBatches) {
    if (microBatches < 1) {
      throw new IllegalArgumentException(
          "A pipeline takes at least 1 micro-batch, not " + microBatches);
    }
    return microBatches;
  }

  @Override
  public List<Completion> compute(Part part, Worker worker) throws Exception {
    List<StepRunner> runners = new ArrayList<>();
    try {
      for (RunningBatch batch : part.batches) {
        runners.add(stages.get(worker.index()).open(batch.paging()));
      }
      part.row.run(worker, flight -> pass(flight, part, runners.get(flight.batch), worker));
    } finally {
      runners.forEach(StepRunner::close);
      part.row.leave();
    }
    return last(worker)
        ? part.batches.stream().flatMap(batch -> batch.done().stream()).toList()
        : List.of();
  }

  /** One stage's share of a micro-batch's step. */
  private Optional<Flight> pass(Flight flight, Part part, StepRunner stage, Worker worker) {
    Step step = flight.next.step();
    long bytes = flight.hidden.isEmpty() ? 0 : stage.hiddenBytes(step);
    try (Trace.Open span = worker.span(flight.next.kind(), bytes)) {
      Tensor made =
          flight.hidden.isEmpty() ? stage.forward(step) : stage.forward(step, flight.hidden.get());
      if (!last(worker)) {
        return Optional.of(new Flight(flight.batch, flight.next, Optional.of(made)));
      }
      try (made) {
        part.batches.get(flight.batch).take(made);
      }
    } finally {
      flight.close();
    }
    return flight(flight.batch, part.batches.get(flight.batch));
  }

  private static Optional<Flight> flight(int number, RunningBatch batch) {
    return batch.next().map(next -> new Flight(number, next, Optional.empty()));
  }

  private static boolean last(Worker worker) {
    return worker.index() == worker.count() - 1;
  }
}
