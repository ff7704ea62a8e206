package llmthreads.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import llmthreads.trace.Csv;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunRecordTest {
  private static final Environment ENVIRONMENT = Environment.read();

  @TempDir Path folder;

  @Property(tries = 50)
  void a_record_comes_back_from_its_file(@ForAll("records") RunRecord record) throws IOException {
    Path folder = Files.createTempDirectory("records");
    Path json = record.write(folder);
    assertEquals(record, RunRecord.read(json));
    List<List<String>> rows = Csv.parse(Files.readString(folder.resolve(record.name() + ".csv")));
    assertEquals(
        record.timings().stream().mapToInt(timing -> timing.samplesNs().size()).sum(),
        rows.size() - 1);
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> all = files.toList();
      assertEquals(2, all.size(), "nothing else is left behind");
      for (Path file : all) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  @Provide
  Arbitrary<RunRecord> records() {
    Arbitrary<Timing> timing =
        Combinators.combine(
                Arbitraries.strings().ofMaxLength(10),
                Arbitraries.longs().greaterOrEqual(0).list().ofMinSize(1).ofMaxSize(5))
            .as(Timing::new);
    Arbitrary<Map<String, String>> parameters =
        Arbitraries.maps(Arbitraries.strings().ofMaxLength(5), Arbitraries.strings().ofMaxLength(8))
            .ofMaxSize(4);
    Arbitrary<Map<String, Double>> results =
        Arbitraries.maps(
                Arbitraries.strings().alpha().ofMaxLength(5),
                Arbitraries.doubles().between(-1e300, 1e300))
            .ofMaxSize(4);
    return Combinators.combine(parameters, timing.list().ofMaxSize(4), results)
        .as(
            (chosen, timings, numbers) ->
                new RunRecord(
                    "run_1",
                    chosen,
                    ENVIRONMENT.withSeed(7).withThreads(2, 1),
                    timings,
                    numbers,
                    List.of("a \"warning\"")));
  }

  @Test
  void two_records_are_compared_number_by_number() {
    RunRecord before =
        RunRecord.of(
                "before",
                Map.of("workers", 1),
                ENVIRONMENT,
                List.of(new Timing("all", List.of(2_000_000L))))
            .withResult("throughput (tokens/s)", 100);
    RunRecord after =
        RunRecord.of(
                "after",
                Map.of("workers", 2),
                ENVIRONMENT,
                List.of(new Timing("all", List.of(1_000_000L))))
            .withResult("throughput (tokens/s)", 200);
    assertEquals(
        List.of(
            new RunRecord.Difference("workers", "1", "2", Double.NaN, Optional.empty()),
            new RunRecord.Difference(
                "all (median, ms)",
                "2.000",
                "1.000",
                0.5,
                Optional.of(new Interval(0.5, 0.5, 0.95))),
            new RunRecord.Difference(
                "throughput (tokens/s)", "100.0", "200.0", 2, Optional.empty())),
        before.against(after));
  }

  @Test
  void what_only_one_record_has_stands_beside_nothing() {
    Timing timing = new Timing("new", List.of(3_000_000L));
    RunRecord before = RunRecord.of("before", Map.of(), ENVIRONMENT, List.of());
    RunRecord after = RunRecord.of("after", Map.of(), ENVIRONMENT, List.of(timing));
    assertEquals(
        List.of(
            new RunRecord.Difference(
                "new (median, ms)", "", "3.000", Double.NaN, Optional.empty())),
        before.against(after));
  }

  @Test
  void what_is_no_record_is_refused_with_its_name() throws IOException {
    Path file = folder.resolve("x.json");
    for (String text : List.of("", "{}", "{\"name\": \"a\"}", "[1]", "{\"name\"")) {
      Files.writeString(file, text);
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> RunRecord.read(file), text);
      assertTrue(e.getMessage().contains("x.json"), e.getMessage());
    }
    assertThrows(
        IllegalArgumentException.class, () -> RunRecord.read(folder.resolve("missing.json")));
    assertThrows(
        IllegalArgumentException.class,
        () -> RunRecord.of("a/b", Map.of(), ENVIRONMENT, List.of()));
    RunRecord record = RunRecord.of("a", Map.of(), ENVIRONMENT, List.of());
    assertThrows(IllegalArgumentException.class, () -> record.withResult("x", Double.NaN));
  }

  @Test
  void more_threads_than_cores_are_a_warning_of_the_record() {
    RunRecord record = RunRecord.of("a", Map.of(), ENVIRONMENT.withThreads(1000, 2), List.of());
    assertTrue(
        record.warnings().stream().anyMatch(w -> w.contains("1000 workers × 2 intra-op threads")));
    assertEquals("slow disk", record.withWarning("slow disk").warnings().getLast());
  }
}
