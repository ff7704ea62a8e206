package llmthreads.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import llmthreads.model.Config;
import llmthreads.model.ModelException;
import llmthreads.model.Tokenizer;
import llmthreads.script.Operand;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
  private static final TrainingPlan PLAN =
      new TrainingPlan(5, 40, 4, 10, 3e-3, 0.1, 1.0, 0.02, 24, 3);

  @TempDir Path folder;
  private Tokenizer tokenizer;
  private Config config;

  @BeforeEach
  void writeTokenizer() throws IOException {
    Vocabulary vocabulary = new Vocabulary();
    Files.writeString(folder.resolve("tokenizer.json"), vocabulary.tokenizerJson());
    config =
        new Config(
            vocabulary.size(),
            32,
            2,
            2,
            1,
            16,
            64,
            256,
            1e-5,
            10_000,
            true,
            Vocabulary.BEGIN,
            List.of(Vocabulary.END));
    tokenizer = Tokenizer.read(folder, config);
  }

  @AfterEach
  void closeTokenizer() {
    tokenizer.close();
  }

  private Trainer trainer(int workers) {
    return new Trainer(config, PLAN, Mixture.embedded(), tokenizer, workers);
  }

  @Test
  void any_number_of_workers_trains_the_same_bits() throws Exception {
    try (Trainer one = trainer(1);
        Trainer three = trainer(3)) {
      for (int i = 0; i < 4; i++) {
        assertEquals(one.advance(), three.advance());
      }
      assertSame(one.checkpoint(), three.checkpoint());
    }
  }

  @Test
  void a_resumed_run_equals_an_uninterrupted_one() throws Exception {
    Path file = folder.resolve("checkpoint.safetensors");
    try (Trainer whole = trainer(2)) {
      whole.advance();
      whole.advance();
      whole.checkpoint().write(file);
      whole.advance();
      try (Trainer resumed = trainer(2)) {
        resumed.restore(Checkpoint.read(file));
        resumed.advance();
        assertSame(whole.checkpoint(), resumed.checkpoint());
      }
    }
  }

  @Test
  void the_loss_falls_and_no_native_memory_stays() throws Exception {
    long before = Operand.live();
    try (Trainer trainer = trainer(2)) {
      double first = trainer.advance().loss();
      double last = first;
      while (trainer.step() < PLAN.steps()) {
        last = trainer.advance().loss();
      }
      assertTrue(last < 0.7 * first, first + " fell only to " + last);
      trainer.heldOutAccuracy(5).values().forEach(share -> assertTrue(share >= 0 && share <= 1));
    }
    assertEquals(before, Operand.live());
  }

  @Test
  void a_truncated_checkpoint_is_refused_by_name() throws Exception {
    Path file = folder.resolve("checkpoint.safetensors");
    try (Trainer trainer = trainer(1)) {
      trainer.checkpoint().write(file);
    }
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    String message = assertThrows(ModelException.class, () -> Checkpoint.read(file)).getMessage();
    assertTrue(message.contains("checkpoint.safetensors"), message);
  }

  @Test
  void zero_workers_are_refused() {
    assertThrows(IllegalArgumentException.class, () -> trainer(0));
  }

  private static void assertSame(Checkpoint expected, Checkpoint actual) {
    assertEquals(expected.step(), actual.step());
    assertEquals(expected.tensors().keySet(), actual.tensors().keySet());
    expected
        .tensors()
        .forEach((name, values) -> assertArrayEquals(values, actual.tensors().get(name), 0f, name));
  }
}
