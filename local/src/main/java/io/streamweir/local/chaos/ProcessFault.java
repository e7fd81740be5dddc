package io.streamweir.local.chaos;

import io.streamweir.local.process.Service;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Something bad that happens to a process, of which others may exist.
 *
 * @param role the process, or the beginning of the names of several, one of which is hit
 */
record ProcessFault(Harm harm, String role) implements Fault {

  private static final List<String> ROLES =
      List.of("taskmanager", "jobmanager", "kafka", "registry", "gateway", "ledger");

  private static final int SHORTEST_FREEZE_MS = 500;

  /** Beyond the time after which Flink replaces its tasks, below that at which it is ended. */
  private static final int LONGEST_FREEZE_MS = 12_000;

  enum Harm {
    /** Ended by SIGKILL. */
    KILL {
      @Override
      void inflict(ChaosStack stack, Service victim, Random random) {
        stack.kill(victim);
      }
    },
    /** Stopped by SIGSTOP, and continued after a while with all that it had in its memory. */
    FREEZE {
      @Override
      void inflict(ChaosStack stack, Service victim, Random random) {
        var span = LONGEST_FREEZE_MS - SHORTEST_FREEZE_MS;
        stack.freeze(victim, Duration.ofMillis(SHORTEST_FREEZE_MS + random.nextInt(span)));
      }
    },
    /** Asked to end, as by an operator. */
    RESTART {
      @Override
      void inflict(ChaosStack stack, Service victim, Random random) {
        stack.askToEnd(victim);
      }
    };

    abstract void inflict(ChaosStack stack, Service victim, Random random);
  }

  /** Every harm to every process. */
  static List<Fault> all() {
    var all = new ArrayList<Fault>();
    for (var harm : Harm.values()) {
      ROLES.forEach(role -> all.add(new ProcessFault(harm, role)));
    }
    return all;
  }

  @Override
  public String code() {
    return harm.name().toLowerCase(Locale.ROOT) + "." + role;
  }

  @Override
  public void inflict(ChaosStack stack, Random random) {
    var candidates = stack.processes(role);
    if (!candidates.isEmpty()) {
      harm.inflict(stack, candidates.get(random.nextInt(candidates.size())), random);
    }
  }
}
