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
import llmthreads.kernel.wire.Channels;

/**
 * The way out of cells and into them: what they print, show and read. Whatever a thread prints
 * belongs to the cell that runs now, or to the last one that did.
 */
final class CellOutput implements Notebook {
  private static final JsonObject NO_PARENT = new JsonObject();

  private final Channels channels;
  private final CompletableFuture<JavaInterpreter> interpreter;
  private final List<String> early = new ArrayList<>();
  private volatile Request current;

  CellOutput(Channels channels, CompletableFuture<JavaInterpreter> interpreter) {
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
    channels.iopub().publish(parent(), "clear_output", content);
  }

  @Override
  public Renderers renderers() {
    return interpreter.join().renderers();
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
    channels.iopub().publish(parent(), type, content);
  }

  private void print(String stream, String text) {
    channels.iopub().print(parent(), stream, text);
  }

  private PrintStream stream(String name) {
    PrintedText text = new PrintedText(printed -> print(name, printed));
    return new PrintStream(text, true, StandardCharsets.UTF_8);
  }

  private String ask() throws InterruptedException {
    Request request = current;
    if (request == null || !request.flag("allow_stdin", true)) {
      throw new IllegalStateException(
          "The cell waits for input, but whoever runs it gives none (allow_stdin is false). Run it"
              + " in a notebook, or give the value in code.");
    }
    channels.iopub().flush();
    return channels.stdin().ask(request.message(), "", false);
  }

  private JsonObject parent() {
    Request request = current;
    return request == null ? NO_PARENT : request.message().header();
  }
}
