package llmthreads.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryFileTest {
  @TempDir Path folder;

  @Test
  void theVariableNamesAFileOrNone() {
    assertEquals(
        Optional.of(Path.of("/some/file")),
        HistoryFile.place(Map.of("LLM_THREADS_HISTORY", "/some/file")));
    assertEquals(Optional.empty(), HistoryFile.place(Map.of("LLM_THREADS_HISTORY", "")));
  }

  @Test
  void elseItIsWhereTheSystemKeepsTheStateOfPrograms() {
    Path place = HistoryFile.place(Map.of("XDG_STATE_HOME", "/state")).orElseThrow();
    assertTrue(place.endsWith("llm-threads-kernel/history.jsonl"), place.toString());
  }

  @Test
  void whatAnotherKernelAddsIsSeenAndHasAnotherSession() throws IOException {
    HistoryFile one = new HistoryFile(folder.resolve("h"));
    HistoryFile two = new HistoryFile(folder.resolve("h"));
    one.append(1, "a");
    assertEquals(List.of(new HistoryEntry(1, 1, "a")), two.read());
    two.append(1, "b\n\"½\"");
    one.append(2, "c");
    List<HistoryEntry> all =
        List.of(
            new HistoryEntry(1, 1, "a"),
            new HistoryEntry(2, 1, "b\n\"½\""),
            new HistoryEntry(1, 2, "c"));
    assertEquals(all, one.read());
    assertEquals(all, two.read());
  }

  @Test
  void aLineThatWasNotFinishedSpoilsNothing() throws IOException {
    Path file = folder.resolve("h");
    HistoryFile one = new HistoryFile(file);
    one.append(1, "a");
    Files.writeString(file, "{\"session\": 9, \"li", StandardOpenOption.APPEND);
    assertEquals(1, one.read().size());
    one.append(2, "b");
    assertEquals(List.of("a", "b"), one.read().stream().map(HistoryEntry::source).toList());
  }
}
