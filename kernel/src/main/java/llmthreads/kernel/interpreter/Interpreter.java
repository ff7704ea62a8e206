package llmthreads.kernel.interpreter;

import java.util.List;
import java.util.Optional;
import llmthreads.kernel.display.MimeBundle;

/**
 * What a kernel needs of a language. All methods but {@link #interrupt} are called by one thread at
 * a time.
 */
public interface Interpreter extends AutoCloseable {
  /**
   * Runs a cell to its end.
   *
   * @param code the text of the cell
   * @param cell its number, which traces name
   */
  Outcome execute(String code, int cell);

  /**
   * Runs a function that a cell has given, between cells; it can be interrupted like a cell.
   *
   * @return what ended it before its time
   */
  Optional<Outcome.Failed> call(Function function);

  /** A function that a cell has given. */
  @FunctionalInterface
  interface Function {
    /** Calls it. */
    void call() throws Exception;
  }

  /** Ends the running cell soon; does nothing when none runs. Any thread may call it. */
  void interrupt();

  /** Whether a text is ready to run. */
  Completeness completeness(String code);

  /**
   * What may stand at the cursor.
   *
   * @param cursor counts UTF-16 units
   */
  Completions complete(String code, int cursor);

  /**
   * What is known about the name at the cursor.
   *
   * @param cursor counts UTF-16 units
   */
  Optional<MimeBundle> inspect(String code, int cursor, Detail detail);

  /** How much is told about a name. */
  enum Detail {
    /** What it is and does. */
    BRIEF,
    /** Also its parameters, results and references, and its source where a cell declares it. */
    ALL
  }

  @Override
  void close();

  /** Whether a text is ready to run. */
  sealed interface Completeness {
    /** It is. */
    record Complete() implements Completeness {}

    /** It goes on; {@code indent} is what the next line might begin with. */
    record Incomplete(String indent) implements Completeness {}

    /** No continuation makes it right. */
    record Invalid() implements Completeness {}
  }

  /**
   * Texts that may replace a part of the code.
   *
   * @param start where that part begins, in UTF-16 units; it ends at the cursor
   */
  record Completions(List<Completion> found, int start) {}

  /**
   * One of them.
   *
   * @param type class, function, instance, keyword, magic or module
   * @param signature a line that says more, or the empty string
   */
  record Completion(String text, String type, String signature) {}
}
