package llmthreads.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.annotations.SerializedName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tokenizer's older files say what src/test/python/architecture_golden.py wrote down of them. */
class BytePairFilesTest {
  @TempDir Path folder;

  private record Golden(@SerializedName("made by") String madeBy, List<Case> cases) {}

  private record Case(String text, int[] tokens, String decoded) {}

  @BeforeEach
  void copy() throws Exception {
    for (String file : List.of("vocab.json", "merges.txt", "golden.json")) {
      Path from = Path.of(getClass().getResource("byte-pairs/" + file).toURI());
      Files.copy(from, folder.resolve(file));
    }
  }

  @Test
  void tokens_and_texts_are_those_of_the_python_library() throws IOException {
    String json = Files.readString(folder.resolve("golden.json"));
    Golden golden = new Gson().fromJson(json, Golden.class);
    try (Tokenizer tokenizer =
        Tokenizer.read(folder, config(SampleDesigns.of(Architecture.GPT2), 400))) {
      for (Case one : golden.cases()) {
        String about = "'%s', %s".formatted(one.text(), golden.madeBy());
        assertArrayEquals(one.tokens(), tokenizer.encode(one.text()), about);
        assertEquals(one.decoded(), tokenizer.decode(one.tokens()), about);
      }
    }
  }

  @Test
  void what_is_wrong_is_named() throws IOException {
    Design design = SampleDesigns.of(Architecture.GPT2);
    refused("vocab.json gives token", config(design, 100));
    refused("no file " + folder.resolve("tokenizer.json"), config(Design.llama(1e4), 400));
    Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\nt h\nt h e\n");
    refused("merges.txt, line 3: 't h e' is no pair", config(design, 400));
    Files.writeString(folder.resolve("vocab.json"), "[]");
    refused("vocab.json is no JSON object of tokens", config(design, 400));
    Files.delete(folder.resolve("merges.txt"));
    refused("no file " + folder.resolve("tokenizer.json"), config(design, 400));
  }

  private void refused(String reason, Config config) {
    String message =
        assertThrows(ModelException.class, () -> Tokenizer.read(folder, config).close())
            .getMessage();
    assertTrue(message.contains(reason), message);
  }

  private static Config config(Design design, int vocabulary) {
    return new Config(vocabulary, 64, 1, 2, 2, 32, 64, 64, 1e-5, true, -1, List.of(), design);
  }
}
