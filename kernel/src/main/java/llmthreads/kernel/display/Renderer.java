package llmthreads.kernel.display;

/**
 * How values of one type are shown. Found by {@link java.util.ServiceLoader} on the class path of
 * the kernel, or registered by a cell with {@link Display#register}. Among several that fit a
 * value, the one of the most specific type is asked. Called on the thread of the cell.
 *
 * @param <T> the type, a class or an interface
 */
public interface Renderer<T> {
  /** The type; its subtypes are shown likewise unless they have a renderer of their own. */
  Class<T> type();

  /**
   * The forms of a value. Plain text is added where it is missing.
   *
   * @param value not null
   */
  MimeBundle render(T value);
}
