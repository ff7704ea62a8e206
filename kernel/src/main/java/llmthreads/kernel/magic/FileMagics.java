package llmthreads.kernel.magic;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.spi.ToolProvider;

/** {@code %%writefile} and {@code %javap}: Java to files, and as bytecode. */
final class FileMagics {
  private static final String APPEND = "-a ";

  private final Session session;

  private FileMagics(Session session) {
    this.session = session;
  }

  static void register(Magics magics, Session session) {
    FileMagics files = new FileMagics(session);
    magics.cell("writefile", files::write);
    magics.line("javap", files::javap);
  }

  /** {@code %%writefile FILE} writes the rest of the cell; {@code -a FILE} adds it. */
  private Object write(String arguments, Magics.Body body) throws MagicException {
    boolean adds = arguments.startsWith(APPEND);
    String name = adds ? arguments.substring(APPEND.length()).strip() : arguments;
    if (name.isEmpty()) {
      throw new MagicException("%%writefile needs a file, such as %%writefile Main.java.");
    }
    Path file = Paths.of(name);
    try {
      boolean before = Files.exists(file);
      Files.writeString(
          file,
          body.text(),
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          adds ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING,
          StandardOpenOption.WRITE);
      return (adds && before ? "Added to " : before ? "Overwritten: " : "Written: ") + file;
    } catch (NoSuchFileException e) {
      throw new MagicException("There is no folder '" + file.getParent() + "'.", e);
    } catch (IOException e) {
      throw new MagicException("'" + file + "' cannot be written: " + e + ".", e);
    }
  }

  /** {@code %javap NAME} shows the bytecode of a type that a cell or the class path has. */
  private Object javap(String arguments) throws MagicException {
    byte[] code =
        session
            .bytecode(arguments)
            .orElseThrow(
                () ->
                    new MagicException(
                        "There is no type '"
                            + arguments
                            + "'; %javap takes one that a cell has declared, or java.util.List,"
                            + " say."));
    ToolProvider javap =
        ToolProvider.findFirst("javap")
            .orElseThrow(() -> new MagicException("This Java has no javap; a JDK has."));
    try {
      Path file = Files.createTempFile("type", ".class");
      try {
        Files.write(file, code);
        StringWriter out = new StringWriter();
        PrintWriter printer = new PrintWriter(out);
        javap.run(printer, printer, "-p", "-c", file.toString());
        return out.toString().stripTrailing();
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new MagicException("The type cannot be written to a file for javap: " + e + ".", e);
    }
  }
}
