package llmthreads.kernel;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import llmthreads.kernel.interpreter.Interpreter;
import llmthreads.kernel.interpreter.JavaInterpreter;
import llmthreads.kernel.interpreter.Outcome;
import llmthreads.kernel.wire.Channels;
import llmthreads.kernel.wire.IoPub;
import llmthreads.kernel.wire.Log;
import llmthreads.kernel.wire.Message;

/**
 * Answers the requests of clients: those of the shell channel one after another, those of control
 * at once.
 */
final class Kernel {
  /** What a kind of request does. */
  private interface Handler {
    void handle(Request request) throws Exception;
  }

  private final Channels channels;
  private final CompletableFuture<Interpreter> interpreter =
      CompletableFuture.supplyAsync(JavaInterpreter::new);
  private final BlockingQueue<Request> queue = new LinkedBlockingQueue<>();
  private final Map<String, Handler> handlers =
      Map.of(
          "kernel_info_request", this::kernelInfo,
          "execute_request", this::execute,
          "interrupt_request", this::interrupt,
          "shutdown_request", this::shutdown);
  private volatile JsonObject parent = new JsonObject();
  private int executions;

  Kernel(Channels channels) {
    this.channels = channels;
  }

  void run() throws InterruptedException {
    System.setOut(new PrintStream(new Printed("stdout"), true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(new Printed("stderr"), true, StandardCharsets.UTF_8));
    channels.start(
        message -> queue.add(request(message, channels::sendShell)),
        message -> handle(request(message, channels::sendControl)));
    while (true) {
      Request request = queue.take();
      parent = request.message().header();
      handle(request);
    }
  }

  private Request request(Message message, java.util.function.Consumer<Message> replies) {
    return new Request(message, channels.session(), channels.iopub(), replies);
  }

  private void handle(Request request) {
    Handler handler = handlers.get(request.type());
    if (handler == null) {
      Log.warn("A message of the unknown type '" + request.type() + "' was ignored.");
      return;
    }
    request.status("busy");
    try {
      handler.handle(request);
    } catch (Exception e) {
      Log.warn("The " + request.type() + " failed.", e);
    } finally {
      request.status("idle");
    }
  }

  private void kernelInfo(Request request) {
    JsonObject language = new JsonObject();
    language.addProperty("name", "java");
    language.addProperty("version", Runtime.version().toString());
    language.addProperty("mimetype", "text/x-java-source");
    language.addProperty("file_extension", ".jshell");
    language.addProperty("pygments_lexer", "java");
    language.addProperty("codemirror_mode", "text/x-java");
    language.addProperty("nbconvert_exporter", "script");
    JsonObject info = new JsonObject();
    info.addProperty("protocol_version", Message.PROTOCOL_VERSION);
    info.addProperty("implementation", "llm-threads-java");
    info.addProperty("implementation_version", "0.1.0");
    info.add("language_info", language);
    info.addProperty("banner", "Java " + Runtime.version());
    info.addProperty("debugger", false);
    info.add("help_links", new JsonArray());
    request.replyOk(info);
  }

  private void execute(Request request) {
    JsonObject input = new JsonObject();
    input.add("code", request.content().get("code"));
    input.addProperty("execution_count", ++executions);
    request.publish("execute_input", input);
    JsonObject reply = new JsonObject();
    reply.addProperty("execution_count", executions);
    switch (interpreter.join().execute(request.text("code"), executions)) {
      case Outcome.Done(Object value) -> {
        if (value != null) {
          JsonObject data = new JsonObject();
          data.addProperty("text/plain", value.toString());
          JsonObject result = new JsonObject();
          result.addProperty("execution_count", executions);
          result.add("data", data);
          result.add("metadata", new JsonObject());
          request.publish("execute_result", result);
        }
        reply.add("user_expressions", new JsonObject());
        reply.add("payload", new JsonArray());
        request.replyOk(reply);
      }
      case Outcome.Failed failed -> {
        JsonArray trace = new JsonArray();
        failed.trace().forEach(trace::add);
        JsonObject error = new JsonObject();
        error.addProperty("ename", failed.name());
        error.addProperty("evalue", failed.message());
        error.add("traceback", trace);
        request.publish("error", error);
        error.asMap().forEach(reply::add);
        reply.addProperty("status", "error");
        request.reply(reply);
      }
    }
  }

  private void interrupt(Request request) {
    var _ = interpreter.thenAccept(Interpreter::interrupt);
    request.replyOk(new JsonObject());
  }

  private void shutdown(Request request) {
    JsonObject reply = new JsonObject();
    reply.addProperty("restart", request.flag("restart", false));
    request.replyOk(reply);
    request.status("idle");
    Thread.ofPlatform()
        .name("kernel-exit")
        .start(
            () -> {
              channels.close();
              Runtime.getRuntime().halt(0);
            });
  }

  private final class Printed extends OutputStream {
    private final String stream;

    Printed(String stream) {
      this.stream = stream;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      IoPub iopub = channels.iopub();
      iopub.print(parent, stream, new String(bytes, offset, length, StandardCharsets.UTF_8));
    }
  }
}
