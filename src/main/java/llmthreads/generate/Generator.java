package llmthreads.generate;

import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import llmthreads.device.Cancellation;
import llmthreads.model.LanguageModel;
import llmthreads.model.StepRunner;
import llmthreads.script.Tensor;
import llmthreads.trace.Trace;

/**
 * Runs one batch on a model, step by step, on the thread that calls it, which must be a platform
 * thread.
 */
public final class Generator {
  private final LanguageModel model;
  private final StepRunner.Source runners;
  private final GenerateOptions options;
  private final Cancellation cancellation;
  private final Trace trace;

  /** A generator on one copy of the whole model. */
  public Generator(
      LanguageModel model, GenerateOptions options, Cancellation cancellation, Trace trace) {
    this(model, model.decoder(), options, cancellation, trace);
  }

  /**
   * A generator that has nothing to do yet.
   *
   * @param runners compute the model's steps, in whatever way
   * @param cancellation ends the run before its next step when requested
   * @param trace records each step, {@code prefill} and {@code decode}, and what a draft does for
   *     it, {@code draft}
   */
  public Generator(
      LanguageModel model,
      StepRunner.Source runners,
      GenerateOptions options,
      Cancellation cancellation,
      Trace trace) {
    this.model = model;
    this.runners = runners;
    this.options = options;
    this.cancellation = cancellation;
    this.trace = trace;
  }

  /** Answers prompts, in their order. */
  public List<Completion> run(List<Prompt> prompts) {
    Iterator<Prompt> rest = prompts.iterator();
    return run(
            () -> rest.hasNext() ? Optional.of(rest.next()) : Optional.empty(),
            Math.min(options.batch(), prompts.size()),
            Prompt.longest(prompts))
        .stream()
        .sorted(Comparator.comparingInt(Completion::promptIndex))
        .toList();
  }

  /**
   * Answers prompts from a source that may be shared with other workers, until it gives none.
   *
   * @param slots sequences at once
   * @param longest the most tokens of a prompt that may come
   * @return answers in the order in which they were finished
   */
  public List<Completion> run(Supplier<Optional<Prompt>> source, int slots, int longest) {
    if (slots < 1) {
      return List.of();
    }
    RunningBatch batch = new RunningBatch(model, options, source, slots, longest);
    try (StepRunner runner = runners.open(batch.paging());
        Draft draft =
            options
                .execution()
                .speculation()
                .map(s -> Draft.open(s, batch.paging()))
                .orElse(null)) {
      Optional<RunningBatch.Next> next;
      while ((next = batch.next()).isPresent()) {
        cancellation.check();
        RunningBatch.Next step = draft == null ? next.get() : drafted(batch, next.get(), draft);
        try (Trace.Open span = trace.span(Thread.currentThread().getName(), step.kind());
            Tensor logits = runner.forward(step.step())) {
          batch.take(logits);
        }
      }
    }
    return batch.done();
  }

  /** The next step with a draft's guesses; a prefill is computed by the draft as well. */
  private RunningBatch.Next drafted(RunningBatch batch, RunningBatch.Next next, Draft draft) {
    try (Trace.Open span = trace.span(Thread.currentThread().getName(), "draft")) {
      if (next.isPrefill()) {
        draft.follow(next.step());
        return next;
      }
      return batch.speculate(next, draft);
    }
  }
}
