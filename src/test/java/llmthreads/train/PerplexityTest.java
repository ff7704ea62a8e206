package llmthreads.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import llmthreads.generate.Completion;
import llmthreads.generate.Engine;
import llmthreads.generate.Sampling;
import llmthreads.model.EmbeddedModel;
import llmthreads.train.task.Example;
import llmthreads.train.task.Task;
import org.junit.jupiter.api.Test;

class PerplexityTest {
  @Test
  void of_answers_that_the_model_gives_itself_it_is_that_of_their_log_probabilities() {
    int examples = 20;
    List<String> compared = new ArrayList<>();
    try (Engine engine = Engine.load(EmbeddedModel.folder())) {
      for (Perplexity measured : Perplexity.measure(engine.model(), examples, 1)) {
        List<Example> asked = Mixture.heldOut(Task.named(measured.task()), examples, 7);
        List<Completion> answers =
            engine.generate(asked.stream().map(Example::prompt).toList(), Sampling.greedy());
        double nats = 0;
        int tokens = 0;
        boolean right = true;
        for (int i = 0; i < examples; i++) {
          right &= answers.get(i).text().strip().equals(asked.get(i).answer());
          tokens += answers.get(i).tokens().length;
          for (float logProbability : answers.get(i).logProbabilities()) {
            nats -= logProbability;
          }
        }
        if (right) {
          assertEquals(tokens, measured.tokens(), measured.task());
          assertEquals(Math.exp(nats / tokens), measured.value(), 1e-6, measured.task());
          compared.add(measured.task());
        }
      }
    }
    assertTrue(compared.size() >= 2, "all answers were right in " + compared + " only");
  }
}
