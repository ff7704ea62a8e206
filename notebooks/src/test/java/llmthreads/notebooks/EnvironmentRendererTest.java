package llmthreads.notebooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import llmthreads.kernel.display.MimeBundle;
import llmthreads.kernel.display.Renderers;
import llmthreads.measure.Environment;
import org.junit.jupiter.api.Test;

class EnvironmentRendererTest {
  @Test
  void theKernelShowsAnEnvironmentAsTableAndAsTheJsonThatResultsKeep() {
    Environment environment = Environment.read().withThreads(2, 1).withSeed(42);
    Renderers renderers =
        new Renderers(
            getClass().getClassLoader(),
            warning -> {
              throw new AssertionError(warning);
            });
    MimeBundle bundle = renderers.render(environment);
    JsonObject json = bundle.data().get(EnvironmentRenderer.JSON).getAsJsonObject();
    environment
        .rows()
        .forEach((name, value) -> assertEquals(value, json.get(name).getAsString(), name));
    assertEquals(environment.warnings().size(), json.getAsJsonArray("warnings").size());
    assertTrue(bundle.data().get(MimeBundle.HTML).getAsString().contains("<table"));
  }
}
