package llmthreads.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import llmthreads.generate.Engine;
import llmthreads.generate.Sampling;
import llmthreads.model.EmbeddedModel;
import llmthreads.script.Operand;
import llmthreads.train.task.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpertTest {
  private static final Task TASK = Task.named("sentiment");

  @TempDir Path folder;

  @Test
  void its_files_are_small_and_load_and_it_reads_what_the_embedded_model_reads() throws Exception {
    long before = Operand.live();
    List<Double> losses = new ArrayList<>();
    Expert.of(TASK, 8).train(folder, 2, step -> losses.add(step.loss()));
    assertEquals(8, losses.size());
    assertTrue(losses.getLast() < 0.8 * losses.getFirst(), losses.toString());
    assertTrue(Files.size(folder.resolve("model.safetensors")) < 2_000_000);
    assertEquals(
        Files.readString(EmbeddedModel.folder().resolve("tokenizer.json")),
        Files.readString(folder.resolve("tokenizer.json")));
    try (Engine engine = Engine.load(folder)) {
      assertEquals(5, Accuracy.measure(engine, TASK, 5).examples());
      assertTrue(
          engine.generate("sentiment: The tea was cold.", Sampling.greedy()).tokens().length > 0);
    }
    assertEquals(before, Operand.live());
  }

  @Test
  void an_interrupt_ends_its_training_within_one_step_and_nothing_stays() {
    long before = Operand.live();
    List<Long> steps = new ArrayList<>();
    assertThrows(
        InterruptedException.class,
        () ->
            Expert.of(TASK, 1000)
                .train(
                    folder,
                    2,
                    step -> {
                      steps.add(step.step());
                      Thread.currentThread().interrupt();
                    }));
    assertEquals(List.of(1L), steps);
    assertFalse(Files.exists(folder.resolve("model.safetensors")));
    assertEquals(before, Operand.live());
  }
}
