package llmthreads.kernel.display;

/** A value that knows how it wants to be shown; asked before any {@link Renderer}. */
public interface Displayable {
  /** The forms of this value. Plain text is added where it is missing. */
  MimeBundle present();
}
