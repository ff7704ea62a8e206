package llmthreads.kernel.magic;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.annotations.SerializedName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import llmthreads.kernel.interpreter.CellFailure;

/** {@code %load FILE} runs a file of Java, or the code cells of a notebook, as if it stood here. */
final class LoadMagic {
  private static final String NOTEBOOK = ".ipynb";

  /** What a name may leave out, in the order in which IJava looks. */
  private static final List<String> ENDINGS =
      List.of(".jsh", ".jshell", ".java", ".ijava", NOTEBOOK);

  private final Session session;

  private LoadMagic(Session session) {
    this.session = session;
  }

  static void register(Magics magics, Session session) {
    magics.line("load", new LoadMagic(session)::load);
  }

  private Object load(String arguments) throws MagicException, CellFailure {
    if (arguments.isEmpty()) {
      throw new MagicException("%load needs a file, such as %load setup.jshell.");
    }
    Path file = found(arguments);
    String label = "file " + file.getFileName();
    String text = read(file);
    if (!label.endsWith(NOTEBOOK)) {
      return session.run(label, text);
    }
    Object value = null;
    int cell = 0;
    for (String each : codeCells(file, text)) {
      cell++;
      value = session.run(label + ", code cell " + cell, each);
    }
    return value;
  }

  private static Path found(String name) throws MagicException {
    Path file = Paths.of(name);
    return Stream.concat(Stream.of(""), ENDINGS.stream())
        .map(ending -> file.resolveSibling(file.getFileName() + ending))
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(
            () ->
                new MagicException(
                    "There is no file '"
                        + file
                        + "', nor one that ends in "
                        + String.join(", ", ENDINGS)
                        + " besides."));
  }

  private static String read(Path file) throws MagicException {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new MagicException("'" + file + "' cannot be read: " + Paths.reason(e) + ".", e);
    }
  }

  private record Contents(List<NotebookCell> cells) {}

  private record NotebookCell(@SerializedName("cell_type") String type, JsonElement source) {
    /** Its text is one string or a list of lines with their line ends. */
    String text() {
      return source instanceof JsonArray lines
          ? lines.asList().stream().map(JsonElement::getAsString).collect(Collectors.joining())
          : source.getAsString();
    }
  }

  private static List<String> codeCells(Path file, String json) throws MagicException {
    try {
      return new Gson()
          .fromJson(json, Contents.class).cells().stream()
              .filter(each -> "code".equals(each.type()))
              .map(NotebookCell::text)
              .toList();
    } catch (JsonParseException | IllegalStateException | NullPointerException e) {
      throw new MagicException(
          "'" + file + "' is no notebook, or not one of format 4: " + e.getMessage() + ".", e);
    }
  }
}
