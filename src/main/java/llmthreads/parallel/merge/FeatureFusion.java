package llmthreads.parallel.merge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import llmthreads.device.Cancellation;
import llmthreads.device.EngineThreads;
import llmthreads.model.Decoder;
import llmthreads.model.LanguageModel;
import llmthreads.model.LayerRange;
import llmthreads.model.Weights;
import llmthreads.parallel.Cycle;
import llmthreads.trace.Trace;

/**
 * What several branches see in a text, side by side: the hidden states of parts of a decoder
 * (feature-map fusion), or of windows of several sizes (multi-scale fusion). Each worker computes
 * some branches; then all of them gather all features. A classifier may be trained on these.
 *
 * <p>Branches share weights and nothing else, so a deeper one computes the lower layers again and
 * nobody waits before the end. The features are the same bits with any number of workers.
 *
 * <p>One run at a time is meant; a second waits for the first. Who makes it closes it, before the
 * model.
 */
public final class FeatureFusion implements AutoCloseable {
  private final List<Branch> branches;
  private final List<Weights> weights = new ArrayList<>();
  private final List<Decoder> decoders = new ArrayList<>();
  private final EngineThreads threads;

  /**
   * One view of a text: the mean, over its tokens, of the hidden states behind some layers.
   *
   * @param layers the lowest so many
   * @param window tokens that see each other: the text is cut into pieces of this length; 0 for the
   *     text as a whole
   */
  public record Branch(int layers, int window) {
    /** Checks the ranges. */
    public Branch {
      if (layers < 1 || window < 0) {
        throw new IllegalArgumentException(
            "A branch has 1 layer or more and a window of 0 (the whole text) or more tokens, not %d and %d"
                .formatted(layers, window));
      }
    }

    /** The pieces of a text. */
    List<int[]> windows(int[] text) {
      int size = window == 0 ? text.length : window;
      List<int[]> pieces = new ArrayList<>();
      for (int from = 0; from < text.length; from += size) {
        pieces.add(Arrays.copyOfRange(text, from, Math.min(from + size, text.length)));
      }
      return pieces;
    }
  }

  /**
   * Branches of a model.
   *
   * @param workers among whom the branches are dealt, neighbours together
   * @throws IllegalArgumentException when there is no branch, there are more workers than branches,
   *     or a branch has all layers of the model, behind which there are no hidden states but logits
   */
  public FeatureFusion(
      LanguageModel model, List<Branch> branches, int workers, int intraOpThreads) {
    if (branches.isEmpty() || workers > branches.size()) {
      throw new IllegalArgumentException(
          "%d branches keep %d workers busy at most, not %d"
              .formatted(branches.size(), branches.size(), workers));
    }
    for (Branch branch : branches) {
      if (branch.layers >= model.config().layers()) {
        throw new IllegalArgumentException(
            "A branch of %d layers is no part of a model of %d: take %d at most"
                .formatted(branch.layers, model.config().layers(), model.config().layers() - 1));
      }
    }
    this.branches = List.copyOf(branches);
    this.threads = new EngineThreads("branch", workers, intraOpThreads);
    for (Branch branch : branches) {
      Weights lower = model.weights().stage(new LayerRange(0, branch.layers));
      weights.add(lower);
      decoders.add(new Decoder(model.config(), lower));
    }
  }

  /** The branches, in the order of their features. */
  public List<Branch> branches() {
    return branches;
  }

  /** The workers' threads. */
  public EngineThreads threads() {
    return threads;
  }

  /**
   * The fused features of some texts.
   *
   * @param texts tokens, one or more of each
   * @param trace records each branch's batches, {@code features}, and the {@code all-gather}
   * @return for each text the features of all branches behind one another, {@code [branches ·
   *     hidden size]}
   * @throws java.util.concurrent.CancellationException when it was cancelled
   */
  public List<float[]> features(List<int[]> texts, Cancellation cancellation, Trace trace) {
    return Cycle.run(new BranchFeatures(branches, decoders), texts, threads, cancellation, trace);
  }

  /** Ends the workers' threads; the model's weights stay. */
  @Override
  public void close() {
    threads.close();
    decoders.forEach(Decoder::close);
    weights.forEach(Weights::close);
  }
}
