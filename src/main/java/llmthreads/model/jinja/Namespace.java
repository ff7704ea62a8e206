package llmthreads.model.jinja;

import java.util.Map;

/** Names that a template may set from inside a loop: {@code namespace(found=false)}. */
record Namespace(Map<String, Object> members) {}
