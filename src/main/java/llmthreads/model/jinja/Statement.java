package llmthreads.model.jinja;

import java.util.List;
import java.util.Optional;

/** What a template does, one after the other. */
sealed interface Statement {
  record Text(String text) implements Statement {}

  record Print(int line, Expression value) implements Statement {}

  record If(int line, List<Branch> branches, List<Statement> otherwise) implements Statement {}

  record Branch(Expression test, List<Statement> body) {}

  record For(
      int line,
      Target target,
      Expression items,
      Optional<Expression> condition,
      List<Statement> body,
      List<Statement> otherwise)
      implements Statement {}

  record Set(int line, Target target, Expression value) implements Statement {}

  /** Sets a name to what a body renders, through filters. */
  record Capture(int line, Target target, Expression filters, List<Statement> body)
      implements Statement {
    /** The name under which the filters find the rendered text. */
    static final String RENDERED = " rendered";
  }

  record Macro(int line, String name, List<Parameter> parameters, List<Statement> body)
      implements Statement {}

  record Parameter(String name, Optional<Expression> value) {}

  record Jump(boolean goesOn) implements Statement {}

  /** What a value is given to. */
  sealed interface Target {
    record Names(List<String> names) implements Target {}

    record Member(String namespace, String name) implements Target {}
  }
}
