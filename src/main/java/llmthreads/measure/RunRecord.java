package llmthreads.measure;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A run and all that belongs to it, to be kept, read back and compared. Written as JSON, with the
 * raw samples once more as CSV.
 *
 * @param name of its files: letters, digits, {@code -}, {@code _} and {@code .}
 * @param parameters that the experimenter chose, by name
 * @param environment it ran in
 * @param timings with raw samples
 * @param results other numbers, by a name with a unit: {@code "throughput (tokens/s)"}
 * @param warnings what makes it doubtful
 */
public record RunRecord(
    String name,
    Map<String, String> parameters,
    Environment environment,
    List<Timing> timings,
    Map<String, Double> results,
    List<String> warnings) {
  private static final Gson JSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  /** Checks the name and that all results are numbers. */
  public RunRecord {
    if (name == null || !name.matches("[\\p{L}\\p{N}_][\\p{L}\\p{N}_.-]*")) {
      throw new IllegalArgumentException(
          "'%s' cannot name a record's files: use letters, digits, '-', '_' and '.'"
              .formatted(name));
    }
    Objects.requireNonNull(environment, "A record needs an environment");
    parameters = ordered(parameters);
    timings = List.copyOf(timings);
    results = ordered(results);
    warnings = List.copyOf(warnings);
    results.forEach(
        (what, value) -> {
          if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(
                "Result '%s' is %s, which is no number that a record can keep"
                    .formatted(what, value));
          }
        });
  }

  /** A record with the environment's warnings and no results yet. */
  public static RunRecord of(
      String name, Map<String, ?> parameters, Environment environment, List<Timing> timings) {
    Map<String, String> texts = new LinkedHashMap<>();
    parameters.forEach((key, value) -> texts.put(key, String.valueOf(value)));
    return new RunRecord(name, texts, environment, timings, Map.of(), environment.warnings());
  }

  /** With one number more. */
  public RunRecord withResult(String what, double value) {
    Map<String, Double> more = new LinkedHashMap<>(results);
    more.put(what, value);
    return new RunRecord(name, parameters, environment, timings, more, warnings);
  }

  /** With one sentence more about what makes it doubtful. */
  public RunRecord withWarning(String sentence) {
    List<String> more = new ArrayList<>(warnings);
    more.add(sentence);
    return new RunRecord(name, parameters, environment, timings, results, more);
  }

  /**
   * Writes {@code name.json} and {@code name.csv}; each file appears whole or not at all.
   *
   * @param folder made if it is not there
   * @return the JSON's path, for {@link #read}
   */
  public Path write(Path folder) {
    try {
      Files.createDirectories(folder);
      replace(folder.resolve(name + ".csv"), Timing.csv(timings));
      return replace(folder.resolve(name + ".json"), JSON.toJson(this) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Record '%s' could not be written in %s: %s".formatted(name, folder, e), e);
    }
  }

  private static Path replace(Path file, String content) throws IOException {
    Path draft = Files.createTempFile(file.toAbsolutePath().getParent(), ".record", ".part");
    try {
      Files.writeString(draft, content);
      return Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException when the file is no record, with what is wrong
   */
  public static RunRecord read(Path json) {
    String text;
    try {
      text = Files.readString(json);
    } catch (IOException e) {
      throw new IllegalArgumentException("'%s' cannot be read: %s".formatted(json, e), e);
    }
    RunRecord record;
    try {
      record = JSON.fromJson(text, RunRecord.class);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "'%s' is not a run record: %s".formatted(json, deepest(e).getMessage()), e);
    }
    if (record == null) {
      throw new IllegalArgumentException("'%s' is empty, not a run record".formatted(json));
    }
    return record;
  }

  private static Throwable deepest(Throwable e) {
    return e.getCause() == null ? e : deepest(e.getCause());
  }

  /**
   * Something that two records tell of.
   *
   * @param what it is: a parameter, a line of the environment, a median or a result
   * @param first what the first record says; empty where it says nothing
   * @param second what the second says
   * @param ratio of the second number to the first; NaN where they are no numbers
   * @param interval where the ratio of two medians lies, see {@link Quantiles#ratioInterval}; empty
   *     for everything else
   */
  public record Difference(
      String what, String first, String second, double ratio, Optional<Interval> interval) {}

  /**
   * This record beside another one: every median and result of either, and those parameters and
   * lines of the environment in which they differ, but for the time.
   */
  public List<Difference> against(RunRecord other) {
    List<Difference> rows = new ArrayList<>();
    texts(parameters, other.parameters, rows);
    texts(environment.rows(), other.environment.rows(), rows);
    medians(byName(), other.byName(), rows);
    numbers(results, other.results, rows);
    return rows;
  }

  private Map<String, Timing> byName() {
    Map<String, Timing> named = new LinkedHashMap<>();
    timings.forEach(timing -> named.put(timing.name(), timing));
    return named;
  }

  private static void medians(
      Map<String, Timing> first, Map<String, Timing> second, List<Difference> rows) {
    for (String name : keys(first, second)) {
      Timing one = first.get(name);
      Timing two = second.get(name);
      Optional<Interval> interval =
          one == null || two == null || one.samplesNs().contains(0L)
              ? Optional.empty()
              : Optional.of(Quantiles.ratioInterval(two.samplesMs(), one.samplesMs()));
      Double oneMs = one == null ? null : (Double) one.medianMs();
      Double twoMs = two == null ? null : (Double) two.medianMs();
      rows.add(difference(name + " (median, ms)", oneMs, twoMs, interval));
    }
  }

  private static void texts(
      Map<String, String> first, Map<String, String> second, List<Difference> rows) {
    for (String what : keys(first, second)) {
      String one = first.getOrDefault(what, "");
      String two = second.getOrDefault(what, "");
      if (!one.equals(two) && !what.equals("time")) {
        rows.add(new Difference(what, one, two, Double.NaN, Optional.empty()));
      }
    }
  }

  private static void numbers(
      Map<String, Double> first, Map<String, Double> second, List<Difference> rows) {
    for (String what : keys(first, second)) {
      rows.add(difference(what, first.get(what), second.get(what), Optional.empty()));
    }
  }

  private static Difference difference(
      String what, Double one, Double two, Optional<Interval> interval) {
    double ratio = one == null || two == null ? Double.NaN : two / one;
    return new Difference(what, text(one), text(two), ratio, interval);
  }

  private static String text(Double number) {
    return number == null ? "" : String.format(Locale.ROOT, "%.4g", number);
  }

  private static <V> Map<String, V> ordered(Map<String, V> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  private static Set<String> keys(Map<String, ?> first, Map<String, ?> second) {
    Set<String> keys = new LinkedHashSet<>(first.keySet());
    keys.addAll(second.keySet());
    return keys;
  }
}
