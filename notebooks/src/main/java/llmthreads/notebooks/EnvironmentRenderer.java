package llmthreads.notebooks;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import llmthreads.kernel.display.MimeBundle;
import llmthreads.kernel.display.Renderer;
import llmthreads.measure.Environment;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * Shows where something was measured as a table, with the same as JSON for {@code environment.json}
 * of a lesson's results.
 */
public final class EnvironmentRenderer implements Renderer<Environment> {
  /** Where {@code notebooks/run} looks for it. */
  static final String JSON = "application/vnd.llm-threads.environment+json";

  @Override
  public Class<Environment> type() {
    return Environment.class;
  }

  @Override
  public MimeBundle render(Environment environment) {
    Map<String, String> rows = environment.rows();
    Table table =
        Table.create(
            "Environment",
            StringColumn.create("what", List.copyOf(rows.keySet())),
            StringColumn.create("value", List.copyOf(rows.values())));
    JsonObject json = new JsonObject();
    rows.forEach(json::addProperty);
    JsonArray warnings = new JsonArray();
    environment.warnings().forEach(warnings::add);
    json.add("warnings", warnings);
    return MimeBundle.text(environment.toString())
        .with(MimeBundle.HTML, HtmlTable.of(table, rows.size()))
        .with(JSON, json);
  }
}
