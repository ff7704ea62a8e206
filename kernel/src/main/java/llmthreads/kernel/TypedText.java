package llmthreads.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;

/**
 * {@code System.in} of cells: when a line is wanted and none is there, the user is asked for one.
 */
final class TypedText extends InputStream {
  /** Where lines come from. */
  interface Source {
    String line() throws InterruptedException;
  }

  private final Source source;
  private byte[] line = {};
  private int next;

  TypedText(Source source) {
    this.source = source;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public synchronized int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (next == line.length) {
      line = ask();
      next = 0;
    }
    int count = Math.min(length, line.length - next);
    System.arraycopy(line, next, bytes, offset, count);
    next += count;
    return count;
  }

  @Override
  public synchronized int available() {
    return line.length - next;
  }

  private byte[] ask() throws IOException {
    try {
      return (source.line() + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("The cell was interrupted while it waited for input.");
    }
  }
}
