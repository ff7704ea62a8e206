import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.ModelSupport;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.tensor.AbstractTensor;
import com.github.tjake.jlama.tensor.KvBufferCache;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import llmthreads.peers.PeerModel;
import llmthreads.peers.PeerServer;

/**
 * Jlama, as its own {@code generate} drives it, without its tokenizer. It has no batch: one
 * sequence at a time. A source-file program, since only profile {@code bench-peers} knows Jlama.
 */
final class JlamaPeer implements PeerModel {
  private final AbstractModel model;
  private final KvBufferCache.KvBuffer cache;
  private final AbstractTensor logits;
  private int length;

  private JlamaPeer(AbstractModel model, String form) {
    this.model = model;
    // Its pages are files beside the weights, one set for each form.
    this.cache = new KvBufferCache(model).getKvBuffer(new UUID(0, form.hashCode()));
    this.logits = model.makeDenseTensor(model.getConfig().vocabularySize);
  }

  /** Serves a form of the weights, named by the first argument: f32 or bf16. */
  public static void main(String... arguments) {
    PeerServer.serve(folder -> load(folder, arguments[0]));
  }

  private static JlamaPeer load(Path folder, String form) {
    AbstractModel model =
        ModelSupport.loadModel(
            folder.toFile(),
            folder.toFile(),
            DType.F32,
            DType.valueOf(form.toUpperCase(Locale.ROOT)),
            Optional.empty(),
            Optional.of(Runtime.getRuntime().availableProcessors()));
    return new JlamaPeer(model, form);
  }

  @Override
  public int vocabulary() {
    return model.getConfig().vocabularySize;
  }

  @Override
  public void open(int rows, int room) {
    if (rows > 1) {
      throw new UnsupportedOperationException(
          "it has no batch: sequences take turns, so batch 1 tells all");
    }
    length = 0;
  }

  @Override
  public int[] prompt(int[][] tokens) {
    AbstractTensor rows = model.batchForward(tokens[0], 0, cache);
    length = tokens[0].length;
    return next(rows, rows.shape().first() - 1);
  }

  @Override
  public int[] step(int[] tokens) {
    return next(model.forward(tokens[0], length++, cache, Optional.empty()), 0);
  }

  private int[] next(AbstractTensor rows, int row) {
    try (rows) {
      return new int[] {model.sample(rows.slice(row), 0, 0, logits)};
    }
  }

  @Override
  public void close() {
    cache.close();
    model.close();
  }
}
