package llmthreads.kernel.magic;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import llmthreads.kernel.display.Display;
import org.eclipse.aether.transfer.AbstractTransferListener;
import org.eclipse.aether.transfer.TransferEvent;

/**
 * One line below the cell that tells how far the downloads are; nothing where all is there already.
 */
final class MavenProgress extends AbstractTransferListener {
  private static final long EVERY_NANOS = 250_000_000;

  private final String id = "maven-" + Long.toHexString(System.nanoTime());
  private final Map<String, Long> bytes = new ConcurrentHashMap<>();
  private final AtomicLong nextAt = new AtomicLong();
  private boolean shown;

  @Override
  public void transferProgressed(TransferEvent event) {
    bytes.put(event.getResource().getResourceName(), event.getTransferredBytes());
    if (isJar(event) && System.nanoTime() > nextAt.get()) {
      nextAt.set(System.nanoTime() + EVERY_NANOS);
      show("Downloading " + fileName(event) + ", " + total() + " so far");
    }
  }

  @Override
  public void transferSucceeded(TransferEvent event) {
    bytes.put(event.getResource().getResourceName(), event.getTransferredBytes());
  }

  /** The last form of the line. */
  void finish(int jars) {
    if (shown) {
      show(
          "Downloaded "
              + total()
              + "; "
              + jars
              + (jars == 1 ? " jar" : " jars")
              + " on the class path");
    }
  }

  private synchronized void show(String line) {
    if (shown) {
      Display.updateDisplay(id, line);
    } else {
      Display.displayAs(id, line);
      shown = true;
    }
  }

  private String total() {
    long sum = bytes.values().stream().mapToLong(Long::longValue).sum();
    return String.format(Locale.ROOT, "%,.1f MB", sum / 1e6);
  }

  private static boolean isJar(TransferEvent event) {
    return event.getResource().getResourceName().endsWith(".jar");
  }

  private static String fileName(TransferEvent event) {
    String name = event.getResource().getResourceName();
    return name.substring(name.lastIndexOf('/') + 1);
  }
}
