package llmthreads.parallel.merge;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import llmthreads.model.Decoder;
import llmthreads.model.Paging;
import llmthreads.model.Step;
import llmthreads.model.StepRunner;
import llmthreads.parallel.Strategy;
import llmthreads.parallel.Worker;
import llmthreads.parallel.collective.Group;
import llmthreads.script.Tensor;
import llmthreads.trace.Trace;

/**
 * Feature fusion as a strategy: the branches are split, each worker computes the features of its
 * own for all texts, the workers gather them all, and the merge lays them side by side.
 */
record BranchFeatures(List<FeatureFusion.Branch> branches, List<Decoder> decoders)
    implements Strategy<List<int[]>, BranchFeatures.Part, float[], List<float[]>> {
  /** Pieces of texts that are computed at once. */
  private static final int BATCH = 16;

  /** All workers get the same texts, and the group in which they gather. */
  record Part(List<int[]> texts, Group group) {}

  /** A piece of a text. */
  private record Piece(int text, int[] tokens) {}

  @Override
  public List<Part> split(List<int[]> texts, int workers) {
    return Collections.nCopies(workers, new Part(texts, new Group(workers)));
  }

  /** {@code [branches, texts, hidden]}, filled up so that every worker has equally many. */
  @Override
  public float[] compute(Part part, Worker worker) {
    int each = Math.ceilDiv(branches.size(), worker.count());
    int block = part.texts.size() * hiddenSize();
    float[] features = new float[worker.count() * each * block];
    int from = worker.index() * each;
    for (int branch = from; branch < Math.min(from + each, branches.size()); branch++) {
      addFeatures(branch, part.texts, worker, features, branch * block);
    }
    part.group.allGather(worker, MemorySegment.ofArray(features));
    return features;
  }

  @Override
  public List<float[]> merge(List<int[]> texts, List<float[]> results) {
    int size = hiddenSize();
    List<float[]> fused = new ArrayList<>();
    for (int text = 0; text < texts.size(); text++) {
      float[] one = new float[branches.size() * size];
      for (int branch = 0; branch < branches.size(); branch++) {
        int from = (branch * texts.size() + text) * size;
        System.arraycopy(results.getFirst(), from, one, branch * size, size);
      }
      fused.add(one);
    }
    return fused;
  }

  private void addFeatures(
      int branch, List<int[]> texts, Worker worker, float[] features, int place) {
    List<Piece> pieces = new ArrayList<>();
    for (int text = 0; text < texts.size(); text++) {
      for (int[] window : branches.get(branch).windows(texts.get(text))) {
        pieces.add(new Piece(text, window));
      }
    }
    for (int from = 0; from < pieces.size(); from += BATCH) {
      worker.cancellation().check();
      List<Piece> batch = pieces.subList(from, Math.min(from + BATCH, pieces.size()));
      try (Trace.Open span = worker.span("features", 0)) {
        addMeans(decoders.get(branch), batch, texts, features, place);
      }
    }
  }

  /** Adds each token's hidden state, divided by the tokens of its text. */
  private void addMeans(
      Decoder decoder, List<Piece> batch, List<int[]> texts, float[] features, int place) {
    int size = hiddenSize();
    int[][] tokens = batch.stream().map(Piece::tokens).toArray(int[][]::new);
    int longest = Arrays.stream(tokens).mapToInt(piece -> piece.length).max().orElseThrow();
    Paging paging = Paging.of(tokens.length, longest);
    Step step = Step.alone(paging, tokens, new int[tokens.length]);
    float[] hidden;
    try (StepRunner runner = decoder.open(paging);
        Tensor states = runner.forward(step)) {
      hidden = states.toFloats();
    }
    int width = hidden.length / size / step.rows();
    for (int row = 0; row < tokens.length; row++) {
      int text = batch.get(row).text;
      for (int token = 0; token < tokens[row].length; token++) {
        for (int i = 0; i < size; i++) {
          features[place + text * size + i] +=
              hidden[(row * width + token) * size + i] / texts.get(text).length;
        }
      }
    }
  }

  private int hiddenSize() {
    return decoders.getFirst().config().hiddenSize();
  }
}
