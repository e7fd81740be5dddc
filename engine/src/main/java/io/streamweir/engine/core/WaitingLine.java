package io.streamweir.engine.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.TreeSet;

/**
 * The sequences of a lane that wait, and whose turn it is. Belongs to the engine's thread.
 *
 * <p>Between tenants by virtual token counters ("Fairness in Serving Large Language Models", OSDI
 * 2024): each tenant has a count of the tokens that were computed for it, divided by its weight,
 * and the one with the least is next. Within a tenant, and among equals, by {@link Sequence#RANK}.
 * A tenant that joins those who wait begins with the least count among them, so nobody saves up
 * turns while he asks for nothing, and nobody pays for what he took while nobody else wanted it:
 * without waiting sequences there is no count. Every turn adds to a count, so each tenant's turn
 * comes.
 *
 * <p>A promoted sequence is first.
 */
final class WaitingLine {

  private final Map<String, Tenant> tenants = new HashMap<>();
  private int size;

  private static final class Tenant {
    private final TreeSet<Sequence> waiting = new TreeSet<>(Sequence.RANK);
    private double count;
  }

  void add(Sequence sequence) {
    Tenant tenant = tenants.get(sequence.share().tenant());
    if (tenant == null || tenant.waiting.isEmpty()) {
      double least = leastCount();
      tenants.values().removeIf(other -> other.waiting.isEmpty() && other.count <= least);
      tenant = tenants.computeIfAbsent(sequence.share().tenant(), name -> new Tenant());
      tenant.count = Math.max(tenant.count, least);
    }
    if (tenant.waiting.add(sequence)) {
      size++;
    }
  }

  void remove(Sequence sequence) {
    Tenant tenant = tenants.get(sequence.share().tenant());
    if (tenant != null && tenant.waiting.remove(sequence)) {
      size--;
      if (size == 0) {
        tenants.clear();
      }
    }
  }

  boolean contains(Sequence sequence) {
    Tenant tenant = tenants.get(sequence.share().tenant());
    return tenant != null && tenant.waiting.contains(sequence);
  }

  int size() {
    return size;
  }

  /** Notes that tokens were computed for the tenant of a sequence, waiting or running. */
  void charge(Sequence sequence, int tokens) {
    if (size > 0) {
      tenants.computeIfAbsent(sequence.share().tenant(), name -> new Tenant()).count +=
          cost(sequence, tokens);
    }
  }

  /**
   * Whose turn it is.
   *
   * @throws NoSuchElementException if nobody waits
   */
  Sequence first() {
    return inTurn().iterator().next();
  }

  /**
   * Those who wait now, in turn, each counted with what is to be computed before its first token;
   * who is added or removed meanwhile changes nothing.
   */
  Iterable<Sequence> inTurn() {
    PriorityQueue<Turn> turns = new PriorityQueue<>(Math.max(1, tenants.size()), Turn.ORDER);
    for (Tenant tenant : tenants.values()) {
      if (!tenant.waiting.isEmpty()) {
        turns.add(new Turn(tenant));
      }
    }
    return () -> new Turns(turns);
  }

  private double leastCount() {
    double least = Double.MAX_VALUE;
    for (Tenant tenant : tenants.values()) {
      if (!tenant.waiting.isEmpty()) {
        least = Math.min(least, tenant.count);
      }
    }
    return least == Double.MAX_VALUE ? 0 : least;
  }

  private static double cost(Sequence sequence, int tokens) {
    return (double) tokens / sequence.share().weight();
  }

  /** The next sequence of a tenant. */
  private static final class Turn {

    static final Comparator<Turn> ORDER =
        Comparator.comparing((Turn turn) -> !turn.next().isPromoted())
            .thenComparingDouble(turn -> turn.count)
            .thenComparing(Turn::next, Sequence.RANK);

    private final List<Sequence> waiting;
    private double count;
    private int taken;

    Turn(Tenant tenant) {
      waiting = new ArrayList<>(tenant.waiting);
      count = tenant.count;
    }

    Sequence next() {
      return waiting.get(taken);
    }

    boolean take() {
      count += cost(next(), next().remaining());
      taken++;
      return taken < waiting.size();
    }
  }

  private record Turns(PriorityQueue<Turn> turns) implements Iterator<Sequence> {

    @Override
    public boolean hasNext() {
      return !turns.isEmpty();
    }

    @Override
    public Sequence next() {
      Turn turn = turns.poll();
      if (turn == null) {
        throw new NoSuchElementException("Nobody waits");
      }
      Sequence sequence = turn.next();
      if (turn.take()) {
        turns.add(turn);
      }
      return sequence;
    }
  }
}
