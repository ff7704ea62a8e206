package llmthreads.model.hub;

/** Hears how far the fetching of a model has come, on the thread that fetches. */
@FunctionalInterface
public interface HubListener {
  /** Hears nothing. */
  HubListener NONE = (file, bytes, of) -> {};

  /**
   * More of a file is there.
   *
   * @param file its name
   * @param bytes that are there
   * @param of how many there will be
   */
  void fetched(String file, long bytes, long of);
}
