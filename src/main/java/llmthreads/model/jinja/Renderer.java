package llmthreads.model.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import llmthreads.model.jinja.Statement.Branch;
import llmthreads.model.jinja.Statement.Parameter;
import llmthreads.model.jinja.Statement.Target;

/** Runs a template's statements. */
final class Renderer {
  private final Budget budget = new Budget();
  private final Evaluator evaluator = new Evaluator(budget);

  /** Where a body stopped. */
  private enum End {
    AT_ITS_END,
    BREAK,
    CONTINUE
  }

  String render(List<Statement> body, Scope scope) {
    StringBuilder out = new StringBuilder();
    run(body, scope, out);
    return out.toString();
  }

  private End run(List<Statement> body, Scope scope, StringBuilder out) {
    for (Statement statement : body) {
      End end = run(statement, scope, out);
      if (end != End.AT_ITS_END) {
        return end;
      }
    }
    return End.AT_ITS_END;
  }

  private End run(Statement statement, Scope scope, StringBuilder out) {
    budget.step();
    switch (statement) {
      case Statement.Text text -> write(text.text(), out);
      case Statement.Print print ->
          at(print.line(), () -> write(Values.shown(evaluator.value(print.value(), scope)), out));
      case Statement.Set set ->
          at(set.line(), () -> give(set.target(), evaluator.value(set.value(), scope), scope));
      case Statement.Capture capture -> {
        Scope inside = new Scope(scope);
        inside.set(Statement.Capture.RENDERED, render(capture.body(), inside));
        at(
            capture.line(),
            () -> give(capture.target(), evaluator.value(capture.filters(), inside), scope));
      }
      case Statement.Macro macro -> scope.set(macro.name(), macro(macro, scope));
      case Statement.If branches -> {
        return run(chosen(branches, scope), scope, out);
      }
      case Statement.For loop -> loop(loop, scope, out);
      case Statement.Jump jump -> {
        return jump.goesOn() ? End.CONTINUE : End.BREAK;
      }
    }
    return End.AT_ITS_END;
  }

  private static void at(int line, Runnable action) {
    try {
      action.run();
    } catch (TemplateException e) {
      throw e.at(line);
    } catch (ClassCastException | NoSuchElementException | ArithmeticException e) {
      throw new TemplateException("a call has arguments that do not fit: " + e.getMessage())
          .at(line);
    }
  }

  private void write(String text, StringBuilder out) {
    budget.write(text.length());
    out.append(text);
  }

  private List<Statement> chosen(Statement.If branches, Scope scope) {
    boolean[] holds = new boolean[1];
    for (Branch branch : branches.branches()) {
      at(branches.line(), () -> holds[0] = Values.isTrue(evaluator.value(branch.test(), scope)));
      if (holds[0]) {
        return branch.body();
      }
    }
    return branches.otherwise();
  }

  private void loop(Statement.For loop, Scope scope, StringBuilder out) {
    List<Object> items = new ArrayList<>();
    at(
        loop.line(),
        () -> {
          for (Object item : Values.items(evaluator.value(loop.items(), scope))) {
            budget.step();
            Scope inside = new Scope(scope);
            give(loop.target(), item, inside);
            if (loop.condition().isEmpty()
                || Values.isTrue(evaluator.value(loop.condition().get(), inside))) {
              items.add(item);
            }
          }
        });
    Loop state = new Loop(items);
    for (int i = 0; i < items.size(); i++) {
      budget.step();
      state.moveTo(i);
      Scope inside = new Scope(scope);
      inside.set("loop", state);
      Object item = items.get(i);
      at(loop.line(), () -> give(loop.target(), item, inside));
      if (run(loop.body(), inside, out) == End.BREAK) {
        break;
      }
    }
    if (items.isEmpty()) {
      run(loop.otherwise(), scope, out);
    }
  }

  private static void give(Target target, Object value, Scope scope) {
    switch (target) {
      case Target.Member member -> {
        if (!(scope.get(member.namespace()) instanceof Namespace namespace)) {
          throw new TemplateException(
              "'%s' is no namespace, so '%s' of it cannot be set"
                  .formatted(member.namespace(), member.name()));
        }
        namespace.members().put(member.name(), value);
      }
      case Target.Names names when names.names().size() == 1 ->
          scope.set(names.names().getFirst(), value);
      case Target.Names names -> {
        List<Object> parts = Values.items(value);
        if (parts.size() != names.names().size()) {
          throw new TemplateException(
              "%d values cannot be given to %d names"
                  .formatted(parts.size(), names.names().size()));
        }
        for (int i = 0; i < parts.size(); i++) {
          scope.set(names.names().get(i), parts.get(i));
        }
      }
    }
  }

  private Callable macro(Statement.Macro macro, Scope defined) {
    return (positional, named) -> {
      Scope inside = new Scope(defined);
      bind(macro, positional, named, inside);
      budget.enter();
      try {
        return render(macro.body(), inside);
      } finally {
        budget.leave();
      }
    };
  }

  private void bind(
      Statement.Macro macro, List<Object> positional, Map<String, Object> named, Scope inside) {
    List<Parameter> parameters = macro.parameters();
    if (positional.size() > parameters.size()) {
      throw new TemplateException(
          "macro '%s' takes %d arguments at most, not %d"
              .formatted(macro.name(), parameters.size(), positional.size()));
    }
    for (String name : named.keySet()) {
      if (parameters.stream().noneMatch(parameter -> parameter.name().equals(name))) {
        throw new TemplateException(
            "macro '%s' has no parameter '%s'".formatted(macro.name(), name));
      }
    }
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = parameters.get(i);
      String name = parameter.name();
      inside.set(
          name,
          i < positional.size()
              ? positional.get(i)
              : named.containsKey(name)
                  ? named.get(name)
                  : parameter
                      .value()
                      .map(value -> evaluator.value(value, inside))
                      .orElse(Undefined.name(name)));
    }
  }
}
