package llmthreads.peers;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.Arrays;
import llmthreads.model.Config;
import llmthreads.model.Positions;
import llmthreads.model.Safetensors;

/**
 * DJL as its documentation teaches it: a decoder of NDArray operations in f32, whose cache grows by
 * concatenation. The yardstick for what scripts and packed weights are worth.
 */
final class NdArrayPeer implements PeerModel {
  private final Config config;
  private final Safetensors file;
  private final NDManager weights;
  private final NdArrayDecoder decoder;
  private NDManager step;
  private NdArrayCache cache;

  private NdArrayPeer(Config config, Safetensors file) {
    this.config = config;
    this.file = file;
    this.weights = NDManager.newBaseManager(Device.cpu());
    this.step = weights.newSubManager();
    NdArrayDecoder.Source source = name -> file.contains(name) ? array(file.find(name)) : null;
    this.decoder =
        config.design().positions() instanceof Positions.Learned
            ? new NdArrayGpt2(config, source)
            : new NdArrayLlama(config, source);
  }

  /** Serves f32. */
  public static void main(String... arguments) {
    PeerServer.serve(NdArrayPeer::load);
  }

  static NdArrayPeer load(Path folder) {
    return new NdArrayPeer(Config.read(folder), Safetensors.openFolder(folder));
  }

  /** Where the file lies in memory, not copied. */
  private NDArray array(Safetensors.Entry entry) {
    return weights.create(entry.bytes().asByteBuffer(), new Shape(entry.shape()), DataType.FLOAT32);
  }

  @Override
  public int vocabulary() {
    return config.vocabularySize();
  }

  @Override
  public void open(int rows, int room) {
    cache = new NdArrayCache(config.layers());
  }

  @Override
  public int[] prompt(int[][] tokens) {
    NDManager before = step;
    step = weights.newSubManager();
    cache.moveTo(step);
    before.close();
    int width = tokens[0].length;
    int[] flat = Arrays.stream(tokens).flatMapToInt(Arrays::stream).toArray();
    NDArray ids = step.create(flat, new Shape(tokens.length, width)).toType(DataType.INT64, false);
    NDArray logits = decoder.logits(ids, cache);
    return Arrays.stream(logits.argMax(-1).toLongArray()).mapToInt(Math::toIntExact).toArray();
  }

  @Override
  public int[] step(int[] tokens) {
    return prompt(Arrays.stream(tokens).mapToObj(token -> new int[] {token}).toArray(int[][]::new));
  }

  @Override
  public void close() {
    weights.close();
    file.close();
  }
}
