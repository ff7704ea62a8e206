/**
 * The part of the Jinja language that chat templates of published models use, as Python's jinja2
 * renders it with blocks trimmed. Values are Java's: {@code String}, {@code Long}, {@code Double},
 * {@code Boolean}, {@code null}, {@code List}, {@code Map}.
 */
package llmthreads.model.jinja;
