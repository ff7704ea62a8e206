package llmthreads.parallel;

import java.util.List;
import java.util.Optional;

/**
 * Who takes which item next. Every item is given once, to one worker. Any number of workers may ask
 * at once.
 *
 * @param <T> what is taken
 */
public interface WorkSource<T> {
  /** The worker's next item; once there is none for it, there never is. */
  Optional<T> next(int worker);

  /** The items that may come to the worker: what it must have room for. */
  List<T> reach(int worker);

  /** How many of them come to it if all goes evenly. */
  int share(int worker);
}
