package llmthreads.kernel.wire;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.zeromq.SocketType;
import org.zeromq.ZContext;

/** Asks the user who runs a cell for a line of text. Safe for use by the threads of cells. */
public final class Stdin implements AutoCloseable {
  private final Codec codec;
  private final String session;
  private final SocketLoop loop;
  private final AtomicReference<CompletableFuture<String>> awaited = new AtomicReference<>();

  /** Keeps interrupts of cells away from the socket. */
  private final ExecutorService sender =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("kernel-stdin-sender").factory());

  Stdin(ZContext context, Complaints complaints, String address, Codec codec, String session) {
    this.codec = codec;
    this.session = session;
    loop = new SocketLoop(context, complaints, "stdin", SocketType.ROUTER, address, this::receive);
  }

  void start() {
    loop.start();
  }

  /**
   * Asks the client that sent {@code request} and waits for its answer.
   *
   * @throws InterruptedException if the waiting thread is interrupted; an answer that comes later
   *     is dropped
   */
  public String ask(Message request, String prompt, boolean password) throws InterruptedException {
    JsonObject content = new JsonObject();
    content.addProperty("prompt", prompt);
    content.addProperty("password", password);
    CompletableFuture<String> answer = new CompletableFuture<>();
    awaited.set(answer);
    List<byte[]> frames = codec.encode(Message.reply(request, "input_request", session, content));
    sender.execute(() -> loop.send(frames));
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("The client's answer could not be read.", e.getCause());
    } finally {
      awaited.compareAndSet(answer, null);
    }
  }

  @Override
  public void close() {
    sender.shutdown();
    loop.close();
  }

  void join(long millis) throws InterruptedException {
    loop.join(millis);
  }

  private void receive(List<byte[]> frames) {
    Message message = codec.decode(frames);
    CompletableFuture<String> waiting = awaited.getAndSet(null);
    if (waiting != null && message.type().equals("input_reply")) {
      waiting.complete(Message.string(message.content(), "value"));
    }
  }
}
