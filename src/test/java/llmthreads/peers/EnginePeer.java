package llmthreads.peers;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import llmthreads.device.Cancellation;
import llmthreads.device.Device;
import llmthreads.device.EngineThreads;
import llmthreads.model.Config;
import llmthreads.model.LanguageModel;
import llmthreads.model.LinearKernel;
import llmthreads.model.Paging;
import llmthreads.model.Precision;
import llmthreads.model.Safetensors;
import llmthreads.model.Step;
import llmthreads.model.StepRunner;
import llmthreads.script.Tensor;

/** This project's engine, one worker with all cores. */
final class EnginePeer implements PeerModel {
  private final LanguageModel model;
  private StepRunner runner;
  private Paging paging;
  private int length;

  private EnginePeer(LanguageModel model) {
    this.model = model;
  }

  /** Serves a precision, named by the first argument. */
  public static void main(String... arguments) {
    Precision precision = Precision.valueOf(arguments[0].toUpperCase(Locale.ROOT));
    try (EngineThreads threads = new EngineThreads("peer", 1, (int) Device.cpu().cores())) {
      threads.run(
          new Cancellation(),
          () -> {
            PeerServer.serve(folder -> load(folder, precision));
            return null;
          });
    }
  }

  static EnginePeer load(Path folder, Precision precision) {
    if (!LinearKernel.has(precision)) {
      throw new UnsupportedOperationException(
          "this machine has no products in %s".formatted(precision));
    }
    Config config = Config.read(folder);
    try (Safetensors weights = Safetensors.openFolder(folder)) {
      return new EnginePeer(LanguageModel.of(config, weights, precision));
    }
  }

  @Override
  public int vocabulary() {
    return model.config().vocabularySize();
  }

  @Override
  public void open(int rows, int room) {
    forget();
    paging = Paging.of(rows, room);
    runner = model.decoder().open(paging);
    length = 0;
  }

  @Override
  public int[] prompt(int[][] tokens) {
    int[] starts = new int[tokens.length];
    Arrays.fill(starts, length);
    length += tokens[0].length;
    try (Tensor logits = runner.forward(Step.alone(paging, tokens, starts))) {
      return Arrays.stream(model.scores().greedy(logits)).mapToInt(Math::toIntExact).toArray();
    }
  }

  @Override
  public int[] step(int[] tokens) {
    return prompt(Arrays.stream(tokens).mapToObj(token -> new int[] {token}).toArray(int[][]::new));
  }

  private void forget() {
    if (runner != null) {
      runner.close();
      runner = null;
    }
  }

  @Override
  public void close() {
    forget();
    model.close();
  }
}
