package io.github.spencerpark.jupyter.kernel.display;

/** Gives the forms of a value to a context. */
@FunctionalInterface
public interface RenderFunction<T> {
  /** Called on the thread of the cell whenever a value of the type is shown. */
  void render(T value, RenderContext context);
}
