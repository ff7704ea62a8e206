package llmthreads.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** The search on machines that are only a formula. */
class SettingSearchProperties {
  private static final List<Setting> GRID = Setting.grid(4, List.of(1, 2, 4, 8, 16, 32, 64));

  @Property(tries = 200)
  void on_a_machine_without_noise_it_finds_the_best(
      @ForAll @IntRange(min = 1, max = 40) int settings, @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<Setting, Double> rates = new HashMap<>();
    for (int i = 1; i <= settings; i++) {
      rates.put(new Setting(i, 1, 1), random.nextDouble(100, 1000));
    }
    Setting found = search(List.copyOf(rates.keySet()), rates::get);
    double best = rates.values().stream().mapToDouble(rate -> rate).max().orElseThrow();
    assertEquals(best, rates.get(found));
  }

  /** Batches help less and less, teams cost something, and every turn is off by up to a tenth. */
  @Property(tries = 300)
  void with_noise_it_finds_one_within_5_percent_of_the_best_nearly_always(
      @ForAll @DoubleRange(min = 1, max = 30) double half,
      @ForAll @DoubleRange(min = 0.3, max = 0.9) double team,
      @ForAll long seed) {
    ToDoubleFunction<Setting> truth =
        setting ->
            1000
                * setting.workers()
                * Math.pow(setting.intraOpThreads(), team)
                * setting.batch()
                / (setting.batch() + half)
                * (1 - 0.002 * setting.batch());
    double best = GRID.stream().mapToDouble(truth).max().orElseThrow();
    int near = 0;
    for (int search = 0; search < 20; search++) {
      SplittableRandom noise = new SplittableRandom(seed + search);
      Setting found =
          search(GRID, setting -> truth.applyAsDouble(setting) * noise.nextDouble(0.9, 1.0));
      near += truth.applyAsDouble(found) >= 0.95 * best ? 1 : 0;
    }
    assertTrue(near >= 18, near + " of 20");
  }

  @Property(tries = 100)
  void in_a_round_every_setting_that_is_left_gets_the_same_number_of_turns(
      @ForAll @IntRange(min = 2, max = 30) int settings, @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Setting> all = new ArrayList<>();
    for (int i = 1; i <= settings; i++) {
      all.add(new Setting(i, 1, 1));
    }
    SettingSearch search = new SettingSearch(all);
    double time = 0;
    while (!search.isSettled()) {
      int round = search.round();
      int left = search.left().size();
      Map<Setting, Integer> turns = new HashMap<>();
      while (!search.isSettled() && search.round() == round) {
        turns.merge(search.next(), 1, Integer::sum);
        time += search.turnShare();
        search.took(random.nextInt(1, 1000), 1_000_000);
      }
      assertEquals(left, turns.size());
      assertEquals(1, new HashSet<>(turns.values()).size(), turns.toString());
      assertEquals(Math.ceilDiv(left, 2), search.left().size());
    }
    assertEquals(1, time, 1e-9, "the turns' shares make up the whole");
  }

  @Example
  void one_setting_needs_no_search_and_none_is_refused() {
    SettingSearch one = new SettingSearch(List.of(new Setting(2, 1, 8)));
    assertTrue(one.isSettled());
    assertEquals(new Setting(2, 1, 8), one.next());
    assertThrows(IllegalStateException.class, () -> one.took(1, 1));
    assertThrows(IllegalArgumentException.class, () -> new SettingSearch(List.of()));
    assertThrows(IllegalArgumentException.class, () -> new Setting(1, 0, 1));
  }

  @Example
  void the_grid_never_wants_more_cores_than_there_are() {
    assertEquals(
        List.of(new Setting(1, 1, 4), new Setting(1, 2, 4), new Setting(2, 1, 4)),
        Setting.grid(2.5, List.of(4)));
    assertEquals(List.of(new Setting(1, 1, 4)), Setting.grid(0.5, List.of(4)));
    assertEquals(6 * 7, GRID.size());
  }

  private static Setting search(List<Setting> settings, ToDoubleFunction<Setting> tokensPerSecond) {
    SettingSearch search = new SettingSearch(settings);
    while (!search.isSettled()) {
      Setting turn = search.next();
      search.took(Math.round(1e3 * tokensPerSecond.applyAsDouble(turn)), 1_000_000_000);
    }
    return search.next();
  }
}
