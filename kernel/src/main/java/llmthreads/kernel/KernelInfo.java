package llmthreads.kernel;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import llmthreads.kernel.wire.Message;

/** How the kernel introduces itself. */
final class KernelInfo {
  static final String VERSION = "0.1.0";

  private KernelInfo() {}

  static JsonObject content() {
    JsonObject info = new JsonObject();
    info.addProperty("protocol_version", Message.PROTOCOL_VERSION);
    info.addProperty("implementation", "llm-threads-kernel");
    info.addProperty("implementation_version", VERSION);
    info.add("language_info", language());
    info.addProperty(
        "banner",
        "Java "
            + Runtime.version()
            + " in a notebook. The last expression of a cell is shown; %maven"
            + " group:artifact:version adds a library; press Tab to complete.");
    info.addProperty("debugger", false);
    info.add("supported_features", new JsonArray());
    info.add("help_links", links());
    return info;
  }

  private static JsonObject language() {
    JsonObject language = new JsonObject();
    language.addProperty("name", "java");
    language.addProperty("version", Runtime.version().toString());
    language.addProperty("mimetype", "text/x-java-source");
    language.addProperty("file_extension", ".jshell");
    language.addProperty("pygments_lexer", "java");
    language.addProperty("codemirror_mode", "text/x-java");
    language.addProperty("nbconvert_exporter", "script");
    return language;
  }

  private static JsonArray links() {
    JsonObject api = new JsonObject();
    api.addProperty("text", "Java " + Runtime.version().feature() + " API");
    api.addProperty(
        "url",
        "https://docs.oracle.com/en/java/javase/" + Runtime.version().feature() + "/docs/api/");
    JsonArray links = new JsonArray();
    links.add(api);
    return links;
  }
}
