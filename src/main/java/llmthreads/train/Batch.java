package llmthreads.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import llmthreads.model.Config;
import llmthreads.model.Tokenizer;
import llmthreads.script.Tensor;
import llmthreads.train.task.Example;

/**
 * Examples of about one length, as tensors: rows are padded at the end to the longest. What a row's
 * answer says is to be predicted, what its prompt says is not.
 *
 * @param examples in the order of the rows
 * @param rows token ids of prompt, answer and end, one array an example
 * @param answerStart where in each row the answer begins
 */
record Batch(List<Example> examples, List<int[]> rows, int[] answerStart) {
  private record Row(Example example, int[] ids, int answerStart) {}

  /**
   * Draws the examples of one step and cuts them, sorted by length, into shards of about the same
   * work.
   */
  static List<Batch> ofStep(
      Mixture mixture, Tokenizer tokenizer, long seed, long step, int size, int shards) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      SplittableRandom random = new SplittableRandom((seed * 1_000_003L + step) * 1_000_003L + i);
      rows.add(row(mixture.trainingExample(random), tokenizer));
    }
    return cut(rows, shards);
  }

  /** Held-out examples of one task, as one batch. */
  static Batch of(List<Example> examples, Tokenizer tokenizer) {
    return batch(examples.stream().map(example -> row(example, tokenizer)).toList());
  }

  private static Row row(Example example, Tokenizer tokenizer) {
    int[] prompt = tokenizer.encode(example.prompt());
    int[] answer = tokenizer.encodePlain(example.answer());
    int[] ids = Arrays.copyOf(prompt, prompt.length + answer.length + 1);
    System.arraycopy(answer, 0, ids, prompt.length, answer.length);
    ids[ids.length - 1] = Vocabulary.END;
    return new Row(example, ids, prompt.length);
  }

  private static List<Batch> cut(List<Row> rows, int shards) {
    rows.sort(Comparator.comparingInt(row -> row.ids.length));
    long total = rows.stream().mapToLong(row -> row.ids.length).sum();
    List<Batch> batches = new ArrayList<>();
    List<Row> shard = new ArrayList<>();
    long taken = 0;
    for (Row row : rows) {
      shard.add(row);
      taken += row.ids.length;
      if (taken * shards >= total * (batches.size() + 1L)) {
        batches.add(batch(shard));
        shard = new ArrayList<>();
      }
    }
    return batches;
  }

  private static Batch batch(List<Row> rows) {
    return new Batch(
        rows.stream().map(Row::example).toList(),
        rows.stream().map(Row::ids).toList(),
        rows.stream().mapToInt(Row::answerStart).toArray());
  }

  /** How many tokens are to be predicted. */
  int answers() {
    int count = 0;
    for (int row = 0; row < rows.size(); row++) {
      count += rows.get(row).length - answerStart[row];
    }
    return count;
  }

  /** How many tokens the rows hold, padding not counted. */
  long tokens() {
    return rows.stream().mapToLong(row -> row.length).sum();
  }

  /** The tensors that {@link TrainingScript} takes; the caller closes them. */
  List<Tensor> tensors(Config config, double lossFactor) {
    int width = rows.stream().mapToInt(row -> row.length).max().orElseThrow() - 1;
    long[] ids = new long[rows.size() * width];
    long[] where = new long[answers()];
    long[] expected = new long[where.length];
    int n = 0;
    for (int row = 0; row < rows.size(); row++) {
      int[] tokens = rows.get(row);
      for (int i = 0; i < tokens.length - 1; i++) {
        ids[row * width + i] = tokens[i];
      }
      for (int i = answerStart[row]; i < tokens.length; i++) {
        where[n] = (long) row * width + i - 1;
        expected[n++] = tokens[i];
      }
    }
    float[][] angles = rotary(config, width);
    return List.of(
        Tensor.of(ids, rows.size(), width),
        Tensor.of(where, where.length),
        Tensor.of(expected, expected.length),
        Tensor.of(angles[0], width, config.headSize()),
        Tensor.of(angles[1], width, config.headSize()),
        Tensor.of(new float[] {(float) lossFactor}, 1));
  }

  /**
   * Cosines and sines of the rotary embedding (Su et al. 2021, eq. 34), the two halves of a head
   * alike.
   */
  private static float[][] rotary(Config config, int tokens) {
    int size = config.headSize();
    float[][] angles = new float[2][tokens * size];
    for (int position = 0; position < tokens; position++) {
      for (int i = 0; i < size; i++) {
        double frequency =
            Math.pow(config.design().rotary().theta(), -2.0 * (i % (size / 2)) / size);
        angles[0][position * size + i] = (float) Math.cos(position * frequency);
        angles[1][position * size + i] = (float) Math.sin(position * frequency);
      }
    }
    return angles;
  }
}
