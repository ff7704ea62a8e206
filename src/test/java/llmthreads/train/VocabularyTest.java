package llmthreads.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import llmthreads.train.task.Example;
import llmthreads.train.task.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VocabularyTest {
  @TempDir Path folder;
  private HuggingFaceTokenizer tokenizer;

  @BeforeEach
  void open() throws IOException {
    Path file = folder.resolve("tokenizer.json");
    tokenizer =
        HuggingFaceTokenizer.newInstance(Files.writeString(file, new Vocabulary().tokenizerJson()));
  }

  @AfterEach
  void close() {
    tokenizer.close();
  }

  @Test
  void every_word_of_the_tasks_is_one_token_and_every_answer_comes_back() {
    SplittableRandom random = new SplittableRandom(11);
    for (Task task : Task.all()) {
      for (int i = 0; i < 300; i++) {
        Example example = task.example(random);
        Encoding answer = tokenizer.encode(example.answer(), false, false);
        assertEquals(example.answer(), tokenizer.decode(answer.getIds()));
        for (String token : tokenizer.encode(example.prompt()).getTokens()) {
          assertTrue(!token.matches("[A-Za-z]|<0x..>|<unk>"), token + " in " + example.prompt());
        }
      }
    }
  }

  @Test
  void a_prompt_stands_between_begin_and_answer() {
    String[] tokens = tokenizer.encode("compute: 12+30").getTokens();
    assertEquals("<s>", tokens[0]);
    assertEquals("<answer>", tokens[tokens.length - 1]);
  }

  @Test
  void text_of_no_task_falls_apart_into_bytes_and_comes_back() {
    String text = "Grüße, 世界 🙂";
    assertEquals(text, tokenizer.decode(tokenizer.encode(text, false, false).getIds()));
  }
}
