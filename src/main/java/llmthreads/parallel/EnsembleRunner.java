package llmthreads.parallel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import llmthreads.model.Decoder;
import llmthreads.model.Paging;
import llmthreads.model.Peers;
import llmthreads.model.Step;
import llmthreads.model.StepRunner;
import llmthreads.parallel.merge.Average;
import llmthreads.script.Tensor;

/**
 * Steps of several models, whose logits are averaged: peer {@code r} of {@code p} computes members
 * {@code r, r + p, …}. The caller is the worker of rank 0.
 */
final class EnsembleRunner implements StepRunner {
  private final List<StepRunner> members = new ArrayList<>();
  private final Peers peers;
  private final Average average;

  EnsembleRunner(List<Decoder> decoders, Peers peers, Average average, Paging paging) {
    this.peers = peers;
    this.average = average;
    try {
      decoders.forEach(decoder -> members.add(decoder.open(paging)));
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  @Override
  public Tensor forward(Step step) {
    Tensor[] logits = new Tensor[members.size()];
    try {
      peers.together(
          rank -> {
            for (int member = rank; member < logits.length; member += peers.count()) {
              logits[member] = members.get(member).forward(step);
            }
          });
      return average.of(List.of(logits));
    } finally {
      Arrays.stream(logits).filter(Objects::nonNull).forEach(Tensor::close);
    }
  }

  /** An ensemble has whole models for members, so nothing comes from a stage before. */
  @Override
  public Tensor forward(Step step, Tensor hidden) {
    throw new UnsupportedOperationException("An ensemble is no stage: it takes tokens only");
  }

  @Override
  public long hiddenBytes(Step step) {
    return 0;
  }

  @Override
  public void close() {
    members.forEach(StepRunner::close);
  }
}
