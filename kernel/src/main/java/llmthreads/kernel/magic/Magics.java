package llmthreads.kernel.magic;

import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import llmthreads.kernel.interpreter.CellFailure;

/** The magics of a session by name: {@code %name} for one line, {@code %%name} for a whole cell. */
public final class Magics {
  /** Does what one line asks. */
  @FunctionalInterface
  public interface Line {
    /** Returns a value to show, or null. */
    Object run(String arguments) throws MagicException, CellFailure;
  }

  /** Does something with the rest of a cell. */
  @FunctionalInterface
  public interface Cell {
    /** Returns a value to show, or null. */
    Object run(String arguments, Body body) throws MagicException, CellFailure;
  }

  /** The rest of a cell, below the line of its magic. */
  public interface Body {
    /** Its text. */
    String text();

    /**
     * Runs it as Java; lines in messages are those of the cell. Returns the value of its last
     * expression.
     */
    Object run() throws CellFailure;
  }

  private final SortedMap<String, Line> lines = new TreeMap<>();
  private final SortedMap<String, Cell> cells = new TreeMap<>();

  /** Adds or replaces a line magic. */
  public void line(String name, Line magic) {
    lines.put(name, magic);
  }

  /** Adds or replaces a cell magic. */
  public void cell(String name, Cell magic) {
    cells.put(name, magic);
  }

  /** Whether {@code %name} is known. */
  public boolean isLine(String name) {
    return lines.containsKey(name);
  }

  /** Every magic as it is typed, {@code %name} and {@code %%name}. */
  public Set<String> names() {
    Set<String> names = new TreeSet<>();
    lines.keySet().forEach(name -> names.add("%" + name));
    cells.keySet().forEach(name -> names.add("%%" + name));
    return names;
  }

  /** Runs {@code %name arguments}. */
  public Object runLine(String name, String arguments) throws MagicException, CellFailure {
    return found(lines.get(name), "%" + name).run(arguments);
  }

  /** Runs {@code %%name arguments} on a body. */
  public Object runCell(String name, String arguments, Body body)
      throws MagicException, CellFailure {
    return found(cells.get(name), "%%" + name).run(arguments, body);
  }

  private <T> T found(T magic, String name) throws MagicException {
    if (magic == null) {
      throw new MagicException(
          "There is no magic " + name + "; there are " + String.join(", ", names()) + ".");
    }
    return magic;
  }
}
