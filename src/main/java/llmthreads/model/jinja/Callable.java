package llmthreads.model.jinja;

import java.util.List;
import java.util.Map;

/** What can be called: functions, macros, methods of values. */
@FunctionalInterface
interface Callable {
  Object call(List<Object> positional, Map<String, Object> named);
}
