package llmthreads.parallel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the fastest of several settings by trying them in turns and dropping the slower half after
 * each round, until one is left: successive halving (Karnin, Koren and Somekh, "Almost Optimal
 * Exploration in Multi-Armed Bandits", 2013). It only decides; {@link AdaptiveParallel} runs.
 *
 * <p>In a round every setting gets the same number of turns, the more the fewer are left, in the
 * order A B C, C B A, so that a machine that slows down meanwhile slows all of them alike. What
 * counts is all tokens of a setting by all its time. One thread uses it at a time.
 */
public final class SettingSearch {
  private static final int MOST_PASSES = 4;

  private final Map<Setting, Tally> left = new LinkedHashMap<>();
  private final Deque<Setting> turns = new ArrayDeque<>();
  private final int count;
  private final int rounds;
  private int round;

  /** Tokens and time of a setting so far. */
  private static final class Tally {
    private long tokens;
    private long ns;

    double perSecond() {
      return ns == 0 ? 0 : tokens * 1e9 / ns;
    }
  }

  /**
   * A search among different settings.
   *
   * @throws IllegalArgumentException when there is none
   */
  public SettingSearch(List<Setting> settings) {
    if (settings.isEmpty()) {
      throw new IllegalArgumentException("A search needs at least 1 setting to choose from");
    }
    settings.forEach(setting -> left.put(setting, new Tally()));
    this.count = left.size();
    this.rounds = Integer.SIZE - Integer.numberOfLeadingZeros(count - 1);
    if (!isSettled()) {
      begin();
    }
  }

  /** Whether one setting is left. */
  public boolean isSettled() {
    return left.size() == 1;
  }

  /** The setting whose turn it is: the only one, when it is settled. */
  public Setting next() {
    return isSettled() ? left.keySet().iterator().next() : turns.getFirst();
  }

  /** The settings that are not dropped yet. */
  public List<Setting> left() {
    return List.copyOf(left.keySet());
  }

  /** Which round it is in, from 1. */
  public int round() {
    return round;
  }

  /**
   * The share of the time for the whole search that the present turn should take: every round gets
   * the same time.
   */
  public double turnShare() {
    return 1.0 / rounds / (passes() * left.size());
  }

  /**
   * Says how the setting did whose turn it was.
   *
   * @throws IllegalStateException when the search is settled
   */
  public void took(long tokens, long ns) {
    if (isSettled()) {
      throw new IllegalStateException("The search has settled on " + next());
    }
    Tally tally = left.get(turns.removeFirst());
    tally.tokens += tokens;
    tally.ns += ns;
    if (turns.isEmpty()) {
      dropSlowerHalf();
    }
  }

  private void dropSlowerHalf() {
    List<Map.Entry<Setting, Tally>> fastest = new ArrayList<>(left.entrySet());
    fastest.sort(
        Comparator.comparingDouble(
            (Map.Entry<Setting, Tally> each) -> -each.getValue().perSecond()));
    left.keySet()
        .removeAll(
            fastest.subList(Math.ceilDiv(fastest.size(), 2), fastest.size()).stream()
                .map(Map.Entry::getKey)
                .toList());
    if (!isSettled()) {
      begin();
    }
  }

  private void begin() {
    round++;
    List<Setting> order = new ArrayList<>(left.keySet());
    for (int pass = 0; pass < passes(); pass++) {
      turns.addAll(order);
      Collections.reverse(order);
    }
  }

  private int passes() {
    return Math.min(MOST_PASSES, count / left.size());
  }
}
