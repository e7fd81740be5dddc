package io.streamweir.local.chaos;

import io.streamweir.local.terminal.WeirException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Which faults, in which order, with which pauses: the same seed, the same plan. Without end,
 * unless it is a list of faults that happen once.
 */
public final class FaultPlan implements Iterator<FaultPlan.Step> {

  /** A second fault while the first is being repaired. */
  private static final double SECOND = 0.2;

  /**
   * One blow.
   *
   * @param pause before it, with everything repaired
   * @param faults one, or two within moments
   */
  public record Step(Duration pause, List<Fault> faults) {

    /** As reports spell it. */
    String code() {
      return faults.size() == 1 ? faults.get(0).code() : "two at once";
    }

    /** What happens, in full. */
    String words() {
      return String.join(" + ", faults.stream().map(Fault::code).toList());
    }
  }

  private final Random random;
  private final Duration longestPause;
  private final List<List<Fault>> blows;
  private final boolean once;
  private final List<List<Fault>> bag = new ArrayList<>();

  private FaultPlan(Random random, Duration longestPause, List<List<Fault>> blows, boolean once) {
    this.random = random;
    this.longestPause = longestPause;
    this.blows = blows;
    this.once = once;
    shuffle();
  }

  /** Every kind of fault, in rounds of random order: none is left out for long. */
  public static FaultPlan random(long seed, Duration longestPause) {
    return new FaultPlan(
        new Random(seed), longestPause, all().stream().map(List::of).toList(), false);
  }

  /**
   * Some blows, each once, in random order.
   *
   * @param blows a kind of fault each, or several joined by {@code +} that happen at once
   * @throws WeirException if there is no such kind
   */
  public static FaultPlan once(long seed, Duration longestPause, List<String> blows) {
    var chosen =
        blows.stream()
            .map(codes -> Arrays.stream(codes.split("\\+")).map(FaultPlan::named).toList())
            .toList();
    return new FaultPlan(new Random(seed), longestPause, chosen, true);
  }

  /** The codes of all kinds. */
  public static List<String> codes() {
    return all().stream().map(Fault::code).toList();
  }

  private static List<Fault> all() {
    return Stream.concat(ProcessFault.all().stream(), Stream.of(OtherFault.values())).toList();
  }

  private static Fault named(String code) {
    return all().stream()
        .filter(fault -> fault.code().equals(code))
        .findFirst()
        .orElseThrow(
            () -> new WeirException("There is no fault '" + code + "'; there are " + codes()));
  }

  @Override
  public boolean hasNext() {
    return !once || !bag.isEmpty();
  }

  @Override
  public Step next() {
    var pause = Duration.ofMillis(random.nextLong(longestPause.toMillis() + 1));
    var chosen = new ArrayList<>(draw());
    if (!once && random.nextDouble() < SECOND) {
      chosen.addAll(draw());
    }
    return new Step(pause, List.copyOf(chosen));
  }

  private List<Fault> draw() {
    if (bag.isEmpty()) {
      shuffle();
    }
    return bag.remove(bag.size() - 1);
  }

  private void shuffle() {
    bag.addAll(blows);
    Collections.shuffle(bag, random);
  }
}
