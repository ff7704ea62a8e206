package io.github.spencerpark.jupyter.kernel.display;

import io.github.spencerpark.jupyter.kernel.display.mime.MIMEType;
import java.util.ArrayList;
import java.util.List;
import llmthreads.kernel.display.MimeBundle;
import llmthreads.kernel.display.Renderers;

/** Takes the ways to show values that a notebook has. Safe for use by several threads. */
public final class Renderer {
  private final Renderers renderers;

  /** The same renderers, under the names of IJava. */
  public Renderer(Renderers renderers) {
    this.renderers = renderers;
  }

  /** Begins to say how values of a type are shown. */
  public <T> RenderRegistration<T> createRegistration(Class<T> type) {
    return new RenderRegistration<>(renderers, type);
  }

  /** What is said about a type; it holds once {@link #register} is called. */
  public static final class RenderRegistration<T> {
    private final Renderers renderers;
    private final List<Class<? extends T>> types = new ArrayList<>();

    private RenderRegistration(Renderers renderers, Class<T> type) {
      this.renderers = renderers;
      types.add(type);
    }

    /** Names forms that there are; the function gives them in any case. */
    public RenderRegistration<T> supporting(MIMEType... forms) {
      return this;
    }

    /** Names forms that there are; the function gives them in any case. */
    public RenderRegistration<T> supporting(String... forms) {
      return this;
    }

    /** Names the best forms; the client chooses. */
    public RenderRegistration<T> preferring(MIMEType... forms) {
      return this;
    }

    /** Names the best forms; the client chooses. */
    public RenderRegistration<T> preferring(String... forms) {
      return this;
    }

    /** Adds a type that is shown likewise. */
    public RenderRegistration<T> onType(Class<? extends T> type) {
      types.add(type);
      return this;
    }

    /** From now on the function shows values of the types. */
    public void register(RenderFunction<? super T> function) {
      types.forEach(type -> renderers.register(new Registered<>(type, function)));
    }
  }

  private record Registered<T>(Class<T> type, RenderFunction<? super T> function)
      implements llmthreads.kernel.display.Renderer<T> {
    @Override
    public MimeBundle render(T value) {
      RenderContext context = new RenderContext();
      function.render(value, context);
      return context.forms();
    }
  }
}
