package llmthreads.notebooks;

import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import llmthreads.kernel.display.Display;
import llmthreads.kernel.display.MimeBundle;
import llmthreads.measure.Progress;

/**
 * Shows how far a long run has come: a bar that moves in a notebook, lines of text elsewhere. Pass
 * it to what reports its progress, or count by {@link #step}. Any thread may call it; it redraws
 * ten times a second at most, and always at the end.
 */
public final class ProgressBar implements Progress {
  private static final long REDRAW_NS = 100_000_000;
  private static final int WIDTH = 320;

  /** Where the bar appears. */
  interface Screen {
    /** Shows it for the first time. */
    void show(MimeBundle bar, String id);

    /** Shows it anew. */
    void update(MimeBundle bar, String id);
  }

  private final String title;
  private final Screen screen;
  private final LongSupplier clock;
  private final String id = UUID.randomUUID().toString();
  private final ReentrantLock lock = new ReentrantLock();
  private final long begunNs;
  private boolean shown;
  private long drawnNs;
  private long steps;

  /** A bar at its beginning; it appears with the first step. */
  public ProgressBar(String title) {
    this(title, Display.connected() ? NOTEBOOK : new Lines(), System::nanoTime);
  }

  ProgressBar(String title, Screen screen, LongSupplier clock) {
    this.title = title;
    this.screen = screen;
    this.clock = clock;
    this.begunNs = clock.getAsLong();
  }

  /**
   * So far has it come.
   *
   * @param done steps behind, from 0 to {@code total}
   * @param total steps in all, above 0
   * @param what is being done now
   */
  @Override
  public void update(long done, long total, String what) {
    if (total <= 0 || done < 0 || done > total) {
      throw new IllegalArgumentException(
          "Progress '%s' cannot be at step %d of %d".formatted(title, done, total));
    }
    lock.lock();
    try {
      steps = done;
      long now = clock.getAsLong();
      if (shown && done < total && now - drawnNs < REDRAW_NS) {
        return;
      }
      drawnNs = now;
      MimeBundle bar = bar(done, total, what, (now - begunNs) / 1e9);
      if (shown) {
        screen.update(bar, id);
      } else {
        screen.show(bar, id);
      }
      shown = true;
    } finally {
      lock.unlock();
    }
  }

  /** One step more of so many. */
  public void step(long total, String what) {
    lock.lock();
    try {
      update(steps + 1, total, what);
    } finally {
      lock.unlock();
    }
  }

  private MimeBundle bar(long done, long total, String what, double seconds) {
    int percent = (int) (100 * done / total);
    String left =
        done == total
            ? String.format(Locale.ROOT, "%.1f s", seconds)
            : done == 0
                ? ""
                : String.format(Locale.ROOT, "%.0f s left", seconds / done * (total - done));
    String text =
        String.format(Locale.ROOT, "%s: %d of %d", title, done, total)
            + (what == null || what.isBlank() ? "" : ", " + what)
            + (left.isEmpty() ? "" : ", " + left);
    String html =
        "<div style=\"width:%dpx;height:12px;border:1px solid currentColor;border-radius:3px\">"
                .formatted(WIDTH)
            + "<div style=\"width:%d%%;height:100%%;background-color:#0072B2\"></div></div>"
                .formatted(percent)
            + "<div>"
            + HtmlTable.escaped(text)
            + "</div>";
    return MimeBundle.text(text).with(MimeBundle.HTML, html);
  }

  private static final Screen NOTEBOOK =
      new Screen() {
        @Override
        public void show(MimeBundle bar, String id) {
          Display.displayAs(id, bar);
        }

        @Override
        public void update(MimeBundle bar, String id) {
          Display.updateDisplay(id, bar);
        }
      };

  private static final class Lines implements Screen {
    @Override
    public void show(MimeBundle bar, String id) {
      System.out.println(bar.data().get(MimeBundle.TEXT).getAsString());
    }

    @Override
    public void update(MimeBundle bar, String id) {
      show(bar, id);
    }
  }
}
