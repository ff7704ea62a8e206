package io.github.spencerpark.jupyter.kernel.display;

import io.github.spencerpark.jupyter.kernel.display.mime.MIMEType;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import llmthreads.kernel.comm.Json;
import llmthreads.kernel.display.MimeBundle;

/**
 * Takes the forms of one value. All are wanted, since the client chooses among them; {@code
 * display(value, "text/html")} leaves the others out afterwards. Used by one thread.
 */
public final class RenderContext {
  private MimeBundle forms = new MimeBundle(Map.of(), Map.of());

  RenderContext() {}

  /** Whether a form is wanted: always. */
  public boolean wantsDataRenderedAs(MIMEType type) {
    return true;
  }

  /**
   * Adds a form: a text, bytes, or what JSON can hold.
   *
   * @return whether it was wanted: always
   */
  public boolean renderIfRequested(MIMEType type, Supplier<?> form) {
    forms =
        switch (form.get()) {
          case CharSequence text -> forms.with(type.name(), text.toString());
          case byte[] bytes -> forms.with(type.name(), bytes);
          case Object other -> forms.with(type.name(), Json.of(other));
        };
    return true;
  }

  /**
   * Adds a form that is made for its type.
   *
   * @return whether it was wanted: always
   */
  public boolean renderIfRequested(MIMEType type, Function<MIMEType, ?> form) {
    return renderIfRequested(type, () -> form.apply(type));
  }

  MimeBundle forms() {
    return forms;
  }
}
