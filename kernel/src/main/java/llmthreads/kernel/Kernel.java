package llmthreads.kernel;

import com.google.gson.JsonObject;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import llmthreads.kernel.interpreter.Heap;
import llmthreads.kernel.interpreter.JavaInterpreter;
import llmthreads.kernel.interpreter.Settings;
import llmthreads.kernel.wire.Channels;
import llmthreads.kernel.wire.Codec.MalformedMessageException;
import llmthreads.kernel.wire.ConnectionFile;
import llmthreads.kernel.wire.Log;
import llmthreads.kernel.wire.Message;

/**
 * Answers the requests of clients: those of the shell channel one after another on the thread that
 * calls {@link #run}, those of the control channel at once.
 */
final class Kernel {
  /** What a kind of request does. */
  private interface Handler {
    void handle(Request request) throws Exception;
  }

  /** What the control channel answers while a cell runs; all else waits for its turn. */
  private static final Set<String> AT_ONCE =
      Set.of("kernel_info_request", "interrupt_request", "usage_request", "shutdown_request");

  private static final int FAILED = 1;

  /** When what a first cell need not wait for is set up. */
  private static final int AFTER_START_S = 2;

  private static final String FULL =
      "The heap of this kernel is full and stays so: the kernel ends, and Jupyter starts a new one"
          + " that knows nothing of the cells before. It takes at most "
          + Heap.limit()
          + ".";

  private final Channels channels;
  private final IntConsumer exit;
  private final CompletableFuture<JavaInterpreter> interpreter = new CompletableFuture<>();
  private final BlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
  private final CellOutput output;
  private final History history = new History(HistoryFile.place(System.getenv()));
  private final Execution execution;
  private final Map<String, Handler> handlers = new HashMap<>();
  private volatile boolean ending;

  /** Whether the kernel ends once what it is doing is answered; shell thread. */
  private boolean doomed;

  /** Null until a client asks; guarded by this. */
  private Usage usage;

  /** Whether cells are not run that were sent before the failure of one was told; shell thread. */
  private boolean aborting;

  /**
   * Starts JShell, which takes longest, and binds the sockets meanwhile.
   *
   * @param broken told when a thread of the sockets has died
   * @param exit ends the process with a status; called when the last message has left
   * @throws llmthreads.kernel.wire.AddressException if an address cannot be bound
   */
  Kernel(ConnectionFile connection, Consumer<Throwable> broken, IntConsumer exit) {
    this.exit = exit;
    CompletableFuture<Channels> open = new CompletableFuture<>();
    output = new CellOutput(open, interpreter);
    output.install();
    Thread.ofPlatform().daemon().name("kernel-start").start(this::startInterpreter);
    channels = new Channels(connection, broken);
    open.complete(channels);
    execution = new Execution(output, history, this::abortWaiting);
    handlers.put("kernel_info_request", request -> request.replyOk(KernelInfo.content()));
    handlers.put("execute_request", this::execute);
    handlers.put("is_complete_request", request -> Help.isComplete(request, interpreter.join()));
    handlers.put("complete_request", request -> Help.complete(request, interpreter.join()));
    handlers.put("inspect_request", request -> Help.inspect(request, interpreter.join()));
    handlers.put("history_request", history::answer);
    CommRequests comms = new CommRequests(output, interpreter::join, channels.complaints());
    handlers.put("comm_info_request", comms::info);
    handlers.put("comm_open", comms::open);
    handlers.put("comm_msg", comms::message);
    handlers.put("comm_close", comms::close);
    handlers.put("interrupt_request", this::interrupt);
    handlers.put("usage_request", this::usage);
    handlers.put("shutdown_request", this::shutdown);
  }

  /** Serves until the kernel is shut down. */
  void run() throws InterruptedException {
    channels.start(
        message -> enqueue(request(message, channels::sendShell)),
        message -> {
          Request request = request(message, channels::sendControl);
          if (AT_ONCE.contains(request.type())) {
            handle(request);
          } else {
            enqueue(request);
          }
        });
    CompletableFuture.delayedExecutor(AFTER_START_S, TimeUnit.SECONDS)
        .execute(() -> Heap.watch(() -> interpreter.join().starved()));
    Runtime.getRuntime().addShutdownHook(new Thread(this::tellWhoExits, "kernel-exit-notice"));
    while (!ending) {
      queue.take().run();
      if (doomed) {
        end(FAILED);
      }
    }
  }

  /** Ends the running cell, if there is one. */
  void interrupt() {
    if (interpreter.isDone()) {
      interpreter.join().interrupt();
    }
  }

  /** Ends the kernel: sends what is left to send and exits, whatever cells are doing. */
  void end(int status) {
    ending = true;
    Thread.ofPlatform()
        .daemon()
        .name("kernel-exit")
        .start(
            () -> {
              channels.close();
              history.close();
              exit.accept(status);
            });
  }

  /** Runs as the process ends; where the kernel does not end it, users are told who does. */
  private void tellWhoExits() {
    if (!ending) {
      ExitNotice.of(Thread.getAllStackTraces())
          .ifPresent(
              notice -> {
                Log.warn(notice);
                output.warn(notice);
                channels.close();
              });
    }
  }

  private void startInterpreter() {
    try {
      interpreter.complete(
          new JavaInterpreter(Settings.of(System.getenv(), output::warn), output::warn));
    } catch (RuntimeException | Error e) {
      Log.warn("Java cannot be interpreted here.", e);
      interpreter.completeExceptionally(e);
    }
  }

  private Request request(Message message, Consumer<Message> replies) {
    return new Request(message, channels.session(), channels.iopub(), replies);
  }

  private void enqueue(Request request) {
    queue.add(
        () -> {
          if (aborting && request.type().equals("execute_request")) {
            handle(request, Execution::abort);
          } else {
            handle(request);
          }
        });
  }

  private void handle(Request request) {
    Handler handler = handlers.get(request.type());
    if (handler == null) {
      channels
          .complaints()
          .tell("A message of the unknown type '" + request.type() + "' was ignored.");
      return;
    }
    handle(request, handler);
  }

  private void handle(Request request, Handler handler) {
    try {
      request.status("busy");
      handler.handle(request);
    } catch (MalformedMessageException e) {
      channels.complaints().tell("A " + request.type() + " was refused: " + e.getMessage() + ".");
      request.replyError(e);
    } catch (Exception | Error e) {
      checkHeap();
      Log.warn("The " + request.type() + " failed.", e);
      request.replyError(e);
    } finally {
      request.status("idle");
    }
    if (request.type().equals("shutdown_request")) {
      end(0);
    }
  }

  private void execute(Request request) {
    if (!execution.run(request, interpreter)) {
      checkHeap();
    }
  }

  /** After a failure: a kernel whose cells hold the whole heap can only end. */
  private void checkHeap() {
    if (Heap.isExhausted()) {
      doomed = true;
      Log.warn(FULL);
      output.warn(FULL);
    }
  }

  /**
   * A cell has failed, and its client is about to be told: what was sent behind it in the belief
   * that it would not is not run. What arrives once the reply can have been read is.
   */
  private void abortWaiting() {
    aborting = true;
    channels.iopub().then(() -> queue.add(() -> aborting = false));
  }

  private void interrupt(Request request) {
    interrupt();
    request.replyOk(new JsonObject());
  }

  private synchronized void usage(Request request) {
    if (usage == null) {
      usage = new Usage();
    }
    request.replyOk(usage.content());
  }

  private void shutdown(Request request) {
    JsonObject reply = new JsonObject();
    reply.addProperty("restart", request.flag("restart", false));
    request.replyOk(reply);
  }
}
