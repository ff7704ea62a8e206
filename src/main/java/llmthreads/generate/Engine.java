package llmthreads.generate;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import llmthreads.device.Cancellation;
import llmthreads.device.Device;
import llmthreads.device.EngineThreads;
import llmthreads.model.ChatMessage;
import llmthreads.model.ChatOptions;
import llmthreads.model.LanguageModel;
import llmthreads.model.LinearKernel;
import llmthreads.model.Precision;
import llmthreads.script.Devices;
import llmthreads.trace.Trace;

/**
 * A model and one engine thread to run it: the serial run that every parallel one is compared with.
 *
 * <pre>{@code
 * try (Engine engine = Engine.load(Path.of("model"))) {
 *   System.out.println(engine.generate("12+30=", Sampling.greedy()));
 * }
 * }</pre>
 *
 * <p>Any thread may ask it, a virtual one too; requests wait for each other. Interrupting the
 * asking thread ends its run within one step. Who loads it closes it.
 */
public final class Engine implements AutoCloseable {
  private final EngineThreads threads;
  private final LanguageModel model;

  private Engine(EngineThreads threads, LanguageModel model) {
    this.threads = threads;
    this.model = model;
  }

  /**
   * Loads a model's folder to run on the first GPU, or on all cores where PyTorch knows none, in
   * the precision that is best there: {@link Devices#preferred}, {@link LinearKernel#preferred}.
   *
   * @throws llmthreads.model.ModelException when a file is missing or does not fit the others
   */
  public static Engine load(Path folder) {
    return load(
        cores(),
        () -> {
          Device device = Devices.preferred();
          return LanguageModel.load(folder, LinearKernel.preferred(device), device);
        });
  }

  /**
   * Loads a model's folder to run on the processor; {@link #notices} says what speaks against the
   * precision here.
   */
  public static Engine load(Path folder, Precision precision, int intraOpThreads) {
    return load(intraOpThreads, () -> LanguageModel.load(folder, precision));
  }

  /** Loads a model's folder to run on a device, on all cores if it is the processor. */
  public static Engine load(Path folder, Precision precision, Device device) {
    return load(cores(), () -> LanguageModel.load(folder, precision, device));
  }

  private static int cores() {
    return Math.max(1, (int) Device.cpu().cores());
  }

  private static Engine load(int intraOpThreads, Callable<LanguageModel> loading) {
    EngineThreads threads = new EngineThreads("engine", 1, intraOpThreads);
    try {
      return new Engine(threads, threads.run(new Cancellation(), loading));
    } catch (RuntimeException | Error e) {
      threads.close();
      throw e;
    }
  }

  /** The loaded model, which parallel runs may share. */
  public LanguageModel model() {
    return model;
  }

  /** What to know about the model's precision on this machine, in sentences; often none. */
  public List<String> notices() {
    return model.notices();
  }

  /** Continues one text. */
  public Completion generate(String prompt, Sampling sampling) {
    return generate(List.of(prompt), sampling).getFirst();
  }

  /** Continues several texts, answers in their order. */
  public List<Completion> generate(List<String> prompts, Sampling sampling) {
    return generate(prompts, GenerateOptions.of(sampling));
  }

  /**
   * Continues several texts, answers in their order.
   *
   * @throws IllegalArgumentException when there are none, or one is empty or longer than the
   *     context
   * @throws java.util.concurrent.CancellationException when the calling thread was interrupted
   */
  public List<Completion> generate(List<String> prompts, GenerateOptions options) {
    return generate(Prompt.encode(model, prompts), options, new Cancellation(), Trace.off());
  }

  /**
   * Answers in a conversation as the model's publishers mean it: by its chat template and {@link
   * GenerateOptions#of(LanguageModel, long)}.
   *
   * @throws IllegalArgumentException when the model has no chat template, or the template refuses
   *     the conversation
   * @throws java.util.concurrent.CancellationException when the calling thread was interrupted
   */
  public Completion chat(List<ChatMessage> messages) {
    return chat(messages, ChatOptions.DEFAULT, GenerateOptions.of(model, 0));
  }

  /** Answers in a conversation. */
  public Completion chat(List<ChatMessage> messages, ChatOptions chat, GenerateOptions options) {
    List<Prompt> prompts = Prompt.chats(model, List.of(messages), chat);
    return generate(prompts, options, new Cancellation(), Trace.off()).getFirst();
  }

  /**
   * Continues prompts that are tokens already.
   *
   * @param cancellation ends the run before its next step when requested
   * @param trace records each step, {@code prefill} and {@code decode}
   */
  public List<Completion> generate(
      List<Prompt> prompts, GenerateOptions options, Cancellation cancellation, Trace trace) {
    return threads.run(
        cancellation, () -> new Generator(model, options, cancellation, trace).run(prompts));
  }

  /** Waits for the runs in hand, ends the thread and gives the model's memory back. */
  @Override
  public void close() {
    threads.close();
    model.close();
  }
}
