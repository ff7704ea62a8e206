package llmthreads.kernel;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.function.Supplier;
import llmthreads.kernel.comm.Comm;
import llmthreads.kernel.comm.Comms;
import llmthreads.kernel.interpreter.Interpreter;
import llmthreads.kernel.widget.WidgetControl;
import llmthreads.kernel.wire.Complaints;

/** What clients and comms tell each other. The requests are handled by the shell thread only. */
final class CommRequests implements Comms.Link {
  /** The message of a client that is being handled on this thread: what it brings about is its. */
  private static final ScopedValue<Request> HANDLED = ScopedValue.newInstance();

  private final CellOutput output;
  private final Supplier<? extends Interpreter> interpreter;
  private final Complaints complaints;
  private final Comms comms = new Comms(this);

  CommRequests(
      CellOutput output, Supplier<? extends Interpreter> interpreter, Complaints complaints) {
    this.output = output;
    this.interpreter = interpreter;
    this.complaints = complaints;
    comms.serve(WidgetControl.TARGET, comm -> WidgetControl.serve(comm));
    comms.connect();
  }

  void open(Request request) {
    String target = request.text("target_name");
    ScopedValue.where(HANDLED, request)
        .run(() -> comms.opened(id(request), target, incoming(request)));
  }

  void message(Request request) {
    ScopedValue.where(HANDLED, request).run(() -> comms.received(id(request), incoming(request)));
  }

  void close(Request request) {
    ScopedValue.where(HANDLED, request).run(() -> comms.closed(id(request), incoming(request)));
  }

  /** Answers a comm_info_request. */
  void info(Request request) {
    JsonObject open = new JsonObject();
    for (Comm each : comms.open(request.text("target_name"))) {
      JsonObject about = new JsonObject();
      about.addProperty("target_name", each.target());
      open.add(each.id(), about);
    }
    JsonObject reply = new JsonObject();
    reply.add("comms", open);
    request.replyOk(reply);
  }

  @Override
  public void publish(String type, JsonObject content, JsonObject metadata, List<byte[]> buffers) {
    Request parent = HANDLED.isBound() ? HANDLED.get() : output.current();
    output.publish(parent, type, content, metadata, buffers);
  }

  @Override
  public Comms.Cell cell() {
    Request request = output.current();
    return new Comms.Cell() {
      @Override
      public String id() {
        return request == null ? "" : request.message().id();
      }

      @Override
      public void run(Comms.Task task) {
        output.during(
            request,
            () ->
                interpreter
                    .get()
                    .call(task::run)
                    .ifPresent(
                        failed -> output.publish(request, "error", Execution.error(failed))));
      }
    };
  }

  @Override
  public void warn(String sentence) {
    complaints.tell(sentence);
  }

  private static String id(Request request) {
    return request.text("comm_id");
  }

  private static Comm.Incoming incoming(Request request) {
    JsonElement data = request.content().get("data");
    return new Comm.Incoming(
        data != null && data.isJsonObject() ? data.getAsJsonObject() : new JsonObject(),
        request.message().metadata(),
        request.message().buffers());
  }
}
