package llmthreads.kernel.wire;

/** Thrown for an address that a socket cannot be bound to; the message says which and why. */
public final class AddressException extends RuntimeException {
  private static final long serialVersionUID = 1;

  AddressException(String channel, String address, RuntimeException cause) {
    super(
        "the "
            + channel
            + " channel cannot use "
            + address
            + " ("
            + cause.getMessage()
            + "). If another process has that port, start the kernel again: Jupyter then chooses"
            + " other ports.",
        cause);
  }
}
