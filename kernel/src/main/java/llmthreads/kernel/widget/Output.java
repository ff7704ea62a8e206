package llmthreads.kernel.widget;

import java.util.List;
import java.util.Map;
import llmthreads.kernel.comm.Comms;
import llmthreads.kernel.display.Display;

/**
 * A place that takes what cells and callbacks print and show while it captures. Safe for use by
 * several threads, but while one captures, what other threads print for the same cell goes there
 * too.
 *
 * <pre>{@code
 * try (var _ = output.capture()) {
 *   System.out.println("in the widget");
 * }
 * }</pre>
 */
public final class Output extends Widget<Output> {
  /** Ends when it is closed. */
  public interface Capture extends AutoCloseable {
    @Override
    void close();
  }

  /** An empty place. */
  public Output() {
    super(Kind.output(), "", Map.of("msg_id", "", "outputs", List.of()));
  }

  /** From now on takes what the running cell or callback prints and shows. */
  public Capture capture() {
    set("msg_id", Comms.current().cell().id());
    return () -> set("msg_id", "");
  }

  /** Empties it. */
  public void clear() {
    try (Capture _ = capture()) {
      Display.clearOutput();
    }
  }
}
