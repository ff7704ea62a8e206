package llmthreads.model.jinja;

import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;

/**
 * A template, read once and rendered any number of times by any number of threads.
 *
 * <p>It reads what it is given and writes text: it reaches neither files nor classes, and one that
 * does not come to an end, or writes without end, is stopped.
 */
public final class Template {
  private final List<Statement> body;

  /**
   * Reads a template.
   *
   * @throws TemplateException when it is none, with the line
   */
  public Template(String text) {
    this.body = Parser.parse(text);
  }

  /**
   * Renders.
   *
   * @param values by name: {@code String}, {@code Long}, {@code Double}, {@code Boolean}, {@code
   *     null}, lists and maps of these
   * @param now what a template takes for the current time
   * @throws TemplateException when it asks for what is not there, refuses its values, or does not
   *     end
   */
  public String render(Map<String, ?> values, LocalDateTime now) {
    Scope scope = new Scope(null);
    Functions.define(scope, now);
    Scope given = new Scope(scope);
    values.forEach(given::set);
    return new Renderer().render(body, given);
  }
}
