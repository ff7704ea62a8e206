package llmthreads.encode;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Function;
import llmthreads.device.Cancellation;
import llmthreads.device.Device;
import llmthreads.device.EngineThreads;
import llmthreads.model.EncoderConfig;
import llmthreads.model.EncoderModel;
import llmthreads.model.Pooling;
import llmthreads.model.Precision;
import llmthreads.model.Tokenizer;
import llmthreads.model.Tokenizer.Typed;
import llmthreads.script.Tensor;

/**
 * An encoder and the engine threads that run it: texts to vectors whose angles say how near their
 * meanings are (Reimers and Gurevych, arXiv 1908.10084), and to classes.
 *
 * <pre>{@code
 * try (Encoder encoder = Encoder.load(Path.of("all-MiniLM-L6-v2"))) {
 *   float[][] vectors = encoder.embed(List.of("a cat", "a kitten", "a bank"));
 *   System.out.println(Encoder.cosine(vectors[0], vectors[1]));
 * }
 * }</pre>
 *
 * <p>Texts of about the same length are computed together, and each gives the same bits whatever is
 * computed beside it, in whichever order, on any number of threads. Any thread may ask, a virtual
 * one too. Interrupting the asking thread ends its run within one step. Who loads it closes it.
 */
public final class Encoder implements AutoCloseable {
  /** Rows of tokens that one step takes at most, if it takes more than one text. */
  private static final int ROWS = 1024;

  private final EngineThreads threads;
  private final EncoderModel model;

  private Encoder(EngineThreads threads, EncoderModel model) {
    this.threads = threads;
    this.model = model;
  }

  /**
   * Loads a model's folder to run in single precision, a worker with one thread on each core.
   *
   * @throws llmthreads.model.ModelException when a file is missing or does not fit the others
   */
  public static Encoder load(Path folder) {
    return load(folder, Precision.F32, Math.max(1, (int) Device.cpu().cores()), 1);
  }

  /**
   * Loads a model's folder to run on the processor.
   *
   * @param workers that compute texts at the same time, on one copy of the weights
   * @param intraOpThreads of each
   */
  public static Encoder load(Path folder, Precision precision, int workers, int intraOpThreads) {
    return load(folder, precision, Device.cpu(), workers, intraOpThreads);
  }

  /** Loads a model's folder to a device; on a GPU one worker with one thread is enough. */
  public static Encoder load(
      Path folder, Precision precision, Device device, int workers, int intraOpThreads) {
    EngineThreads threads = new EngineThreads("encoder", workers, intraOpThreads);
    try {
      EncoderModel model =
          threads.run(new Cancellation(), () -> EncoderModel.load(folder, precision, device));
      return new Encoder(threads, model);
    } catch (RuntimeException | Error e) {
      threads.close();
      throw e;
    }
  }

  /** The loaded model. */
  public EncoderModel model() {
    return model;
  }

  /**
   * A vector for each text, {@code [texts, hiddenSize]}, as the model's publishers mean it; of a
   * text that is longer than they say the end is left out.
   *
   * @throws IllegalArgumentException when there are none
   * @throws java.util.concurrent.CancellationException when the calling thread was interrupted
   */
  public float[][] embed(List<String> texts) {
    return embed(texts, new Cancellation());
  }

  /** The same, with a cancellation that ends the run before its next step when requested. */
  public float[][] embed(List<String> texts, Cancellation cancellation) {
    int width = model.config().hiddenSize();
    Pooling pooling = model.defaults().pooling();
    boolean normalized = model.defaults().normalized();
    List<Typed> typed = texts.stream().map(this::cut).toList();
    float[][] vectors = new float[texts.size()][];
    each(
        typed,
        cancellation,
        model::hidden,
        (some, numbers) -> {
          int size = numbers.length / some.length;
          for (int i = 0; i < some.length; i++) {
            int tokens = typed.get(some[i]).tokens().length;
            double[] pooled = pooling.of(numbers, i * size, tokens, width);
            vectors[some[i]] = divided(pooled, normalized ? length(pooled) : 1);
          }
        });
    return vectors;
  }

  /**
   * What each text is, of the labels that the model knows; of a text that is longer than they say
   * the end is left out.
   *
   * @throws IllegalStateException when the model was published without a head for classes
   * @throws java.util.concurrent.CancellationException when the calling thread was interrupted
   */
  public List<Classification> classify(List<String> texts) {
    return classes(texts.stream().map(this::cut).toList(), new Cancellation());
  }

  /**
   * What each pair of texts is.
   *
   * @throws IllegalArgumentException when a pair is longer than the model's context
   * @throws IllegalStateException when the model was published without a head for classes
   */
  public List<Classification> classifyPairs(List<TextPair> pairs) {
    Tokenizer tokenizer = model.tokenizer().orElseThrow();
    List<Typed> typed =
        pairs.stream().map(pair -> tokenizer.typed(pair.first(), pair.second())).toList();
    return classes(typed, new Cancellation());
  }

  /** The cosine of the angle between two vectors: 1 for the same direction, 0 for a right angle. */
  public static double cosine(float[] a, float[] b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(
          "Vectors of %d and of %d numbers have no angle".formatted(a.length, b.length));
    }
    double product = 0;
    double squaresOfA = 0;
    double squaresOfB = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      squaresOfA += (double) a[i] * a[i];
      squaresOfB += (double) b[i] * b[i];
    }
    return product / Math.sqrt(squaresOfA * squaresOfB);
  }

  private List<Classification> classes(List<Typed> texts, Cancellation cancellation) {
    EncoderConfig config = model.config();
    int labels = config.labels().size();
    Classification[] found = new Classification[texts.size()];
    each(
        texts,
        cancellation,
        model::classes,
        (some, numbers) -> {
          for (int i = 0; i < some.length; i++) {
            float[] logits = Arrays.copyOfRange(numbers, i * labels, (i + 1) * labels);
            found[some[i]] = Classification.of(config.labels(), logits, config.severalLabels());
          }
        });
    return List.of(found);
  }

  /**
   * Computes all texts, several of the same number of rows at once, the longest first: each worker
   * takes the next step that nobody has taken.
   *
   * @param step from texts to numbers
   * @param results takes the indices of a step's texts, and their numbers
   */
  private void each(
      List<Typed> texts,
      Cancellation cancellation,
      Function<List<Typed>, Tensor> step,
      BiConsumer<int[], float[]> results) {
    if (texts.isEmpty()) {
      throw new IllegalArgumentException("There are no texts: the list is empty");
    }
    List<int[]> steps = steps(texts);
    AtomicInteger next = new AtomicInteger();
    threads.runAll(
        cancellation,
        worker -> {
          for (int i = next.getAndIncrement(); i < steps.size(); i = next.getAndIncrement()) {
            cancellation.check();
            int[] some = steps.get(i);
            try (Tensor numbers = step.apply(Arrays.stream(some).mapToObj(texts::get).toList())) {
              results.accept(some, numbers.toFloats());
            }
          }
          return null;
        });
  }

  private List<int[]> steps(List<Typed> texts) {
    Map<Integer, List<Integer>> byRows = new TreeMap<>(Comparator.reverseOrder());
    for (int i = 0; i < texts.size(); i++) {
      int rows = model.rows(texts.get(i).tokens().length);
      byRows.computeIfAbsent(rows, none -> new ArrayList<>()).add(i);
    }
    List<int[]> steps = new ArrayList<>();
    byRows.forEach(
        (rows, all) -> {
          int most = Math.max(1, ROWS / rows);
          for (int from = 0; from < all.size(); from += most) {
            List<Integer> some = all.subList(from, Math.min(from + most, all.size()));
            steps.add(some.stream().mapToInt(i -> i).toArray());
          }
        });
    return steps;
  }

  /** The tokens of a text, of which the last, a special one, stays where the end is left out. */
  private Typed cut(String text) {
    Typed typed = model.tokenizer().orElseThrow().typed(text);
    int longest = model.defaults().longest();
    if (typed.tokens().length <= longest) {
      return typed;
    }
    int[] tokens = Arrays.copyOf(typed.tokens(), longest);
    tokens[longest - 1] = typed.tokens()[typed.tokens().length - 1];
    return new Typed(tokens, Arrays.copyOf(typed.types(), longest));
  }

  private static double length(double[] vector) {
    return Math.sqrt(Arrays.stream(vector).map(x -> x * x).sum());
  }

  private static float[] divided(double[] vector, double by) {
    float[] floats = new float[vector.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) (vector[i] / by);
    }
    return floats;
  }

  /** Lets the runs in hand finish, ends the threads and gives the model's memory back. */
  @Override
  public void close() {
    threads.close();
    model.close();
  }
}
