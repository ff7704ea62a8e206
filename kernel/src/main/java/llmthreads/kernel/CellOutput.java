package llmthreads.kernel;

import com.google.gson.JsonObject;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import llmthreads.kernel.display.Display;
import llmthreads.kernel.display.MimeBundle;
import llmthreads.kernel.display.Notebook;
import llmthreads.kernel.display.Renderers;
import llmthreads.kernel.interpreter.JavaInterpreter;
import llmthreads.kernel.magic.Magics;
import llmthreads.kernel.wire.Channels;
import llmthreads.kernel.wire.Message;

/**
 * The way out of cells and into them: what they print, show and read. Whatever a thread prints
 * belongs to the cell that runs now, or to the last one that did.
 */
final class CellOutput implements Notebook {
  private static final JsonObject NO_PARENT = new JsonObject();

  private final CompletableFuture<Channels> channels;
  private final CompletableFuture<JavaInterpreter> interpreter;
  private final List<String> early = new ArrayList<>();
  private volatile Request current;

  /** Makes one; who prints before there are channels waits for them. */
  CellOutput(CompletableFuture<Channels> channels, CompletableFuture<JavaInterpreter> interpreter) {
    this.channels = channels;
    this.interpreter = interpreter;
  }

  /**
   * Makes the streams of this process and the functions of {@link Display} those of the notebook.
   */
  void install() {
    System.setOut(stream("stdout"));
    System.setErr(stream("stderr"));
    System.setIn(new TypedText(this::ask));
    Display.connect(this);
  }

  /** From now on output belongs to this request. */
  void belongsTo(Request request) {
    current = request;
    synchronized (early) {
      early.forEach(this::warn);
      early.clear();
    }
  }

  /** The request that output belongs to, null before the first cell. */
  Request current() {
    return current;
  }

  /** Lets output belong to a request for the time of an action, then to the one before again. */
  void during(Request request, Runnable action) {
    Request before = current;
    current = request;
    try {
      action.run();
    } finally {
      current = before;
    }
  }

  /** Prints a line to the error stream of the notebook; before the first cell it waits for that. */
  void warn(String sentence) {
    synchronized (early) {
      if (current == null) {
        early.add(sentence);
        return;
      }
    }
    print("stderr", sentence + "\n");
  }

  @Override
  public void show(MimeBundle bundle, String id) {
    publish("display_data", bundle, id);
  }

  @Override
  public void update(MimeBundle bundle, String id) {
    publish("update_display_data", bundle, id);
  }

  @Override
  public void clear(boolean wait) {
    JsonObject content = new JsonObject();
    content.addProperty("wait", wait);
    publish(current, "clear_output", content);
  }

  @Override
  public Renderers renderers() {
    return interpreter.join().renderers();
  }

  @Override
  public Magics magics() {
    return interpreter.join().magics();
  }

  @Override
  public Object eval(String code) throws Exception {
    return interpreter.join().run("eval", code);
  }

  private void publish(String type, MimeBundle bundle, String id) {
    JsonObject transientData = new JsonObject();
    if (!id.isEmpty()) {
      transientData.addProperty("display_id", id);
    }
    JsonObject content = new JsonObject();
    content.add("data", bundle.dataJson());
    content.add("metadata", bundle.metadataJson());
    content.add("transient", transientData);
    publish(current, type, content);
  }

  /** Tells every client something that belongs to a request, or to none where that is null. */
  void publish(Request parent, String type, JsonObject content) {
    publish(parent, type, content, new JsonObject(), List.of());
  }

  /** The same with metadata and attachments. */
  void publish(
      Request parent, String type, JsonObject content, JsonObject metadata, List<byte[]> buffers) {
    Channels open = channels.join();
    open.iopub()
        .show(Message.broadcast(header(parent), type, open.session(), content, metadata, buffers));
  }

  private void print(String stream, String text) {
    channels.join().iopub().print(header(current), stream, text);
  }

  private PrintStream stream(String name) {
    PrintedText text = new PrintedText(printed -> print(name, printed));
    return new PrintStream(text, true, StandardCharsets.UTF_8) {
      // A cell that closes a writer around this stream must not silence the cells after it.
      @Override
      public void close() {
        flush();
      }
    };
  }

  private String ask() throws InterruptedException {
    Request request = current;
    if (request == null || !request.flag("allow_stdin", true)) {
      throw new IllegalStateException(
          "The cell waits for input, but whoever runs it gives none (allow_stdin is false). Run it"
              + " in a notebook, or give the value in code.");
    }
    channels.join().iopub().flush();
    return channels.join().stdin().ask(request.message(), "", false);
  }

  private static JsonObject header(Request request) {
    return request == null ? NO_PARENT : request.message().header();
  }
}
