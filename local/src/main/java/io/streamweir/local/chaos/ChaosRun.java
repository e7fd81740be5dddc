package io.streamweir.local.chaos;

import io.streamweir.local.reconcile.Reconciliation;
import io.streamweir.local.reconcile.Scope;
import io.streamweir.local.reconcile.TopicsReconciliation;
import io.streamweir.local.terminal.Pause;
import io.streamweir.local.terminal.Terminal;
import io.streamweir.local.terminal.WeirException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

/**
 * Load on a stack, one blow after the other, and the count at the end. After each blow it waits
 * until the stack has repaired itself, so that each recovery can be measured.
 */
public final class ChaosRun {

  static final String TENANT = "chaos";

  private static final int FEWEST_TOKENS = 60;
  private static final int MOST_TOKENS = 400;
  private static final int MOST_REQUESTS = 200_000;

  private static final Duration GLANCE = Duration.ofMillis(100);

  /** A pause that a reader notices. */
  private static final Duration PAUSE = Duration.ofMillis(500);

  /** A stream that has said something since flows. */
  private static final Duration LATELY = Duration.ofSeconds(1);

  /** After a blow, before anything counts as repaired: the harm may show late. */
  private static final Duration SETTLING = Duration.ofSeconds(3);

  private static final Duration REPAIR_PATIENCE = Duration.ofMinutes(3);
  private static final Duration END_PATIENCE = Duration.ofMinutes(12);

  private final ChaosStack stack;
  private final ChaosOptions options;
  private final Terminal terminal;
  private final LoadRecords records = new LoadRecords();
  private final List<Episode> episodes = new ArrayList<>();
  private final Executor blows = command -> new Thread(command, "blow").start();

  public ChaosRun(ChaosStack stack, ChaosOptions options, Terminal terminal) {
    this.stack = stack;
    this.options = options;
    this.terminal = terminal;
  }

  /** A length of an answer, tokens. */
  static int tokens(Random random) {
    return FEWEST_TOKENS + random.nextInt(MOST_TOKENS - FEWEST_TOKENS);
  }

  /**
   * Runs on a stack that is up.
   *
   * @throws WeirException if nothing is answered even before the first blow
   */
  public ChaosReport run() throws InterruptedException {
    var since = Instant.now();
    boolean drained;
    try (var watch = new TokenWatch(stack.clientOptions(), TENANT);
        var load = new Load(stack, records, options.each())) {
      load.start(options.seed());
      awaitFirstTokens(watch);
      blows(watch);
      terminal.line("No more blows; waiting for what is under way.");
      drained = load.stop(END_PATIENCE);
    }
    var found = reconcile(since);
    var answers = Answers.read(stack.clientOptions(), since);
    var findings = new ArrayList<>(answers.compare(records.observations()));
    if (!drained) {
      findings.add("not every consumer came to the end of its stream in time");
    }
    return new ChaosReport(options, since, records, episodes, found, answers, findings);
  }

  private void awaitFirstTokens(TokenWatch watch) {
    var deadline = System.nanoTime() + REPAIR_PATIENCE.toNanos();
    while (watch.inFlight().isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new WeirException(
            "No request is answered, before anything was broken. See ./weir status --data DIR.");
      }
      Pause.of(GLANCE);
    }
  }

  private void blows(TokenWatch watch) {
    var random = new Random(options.seed() + 1);
    var end = System.nanoTime() + options.duration().toNanos();
    while (options.plan().hasNext() && System.nanoTime() < end) {
      var step = options.plan().next();
      Pause.of(step.pause());
      episodes.add(blow(step, watch, random));
    }
  }

  private Episode blow(FaultPlan.Step step, TokenWatch watch, Random random) {
    var affected = watch.inFlight();
    var at = Instant.now();
    var begin = System.nanoTime();
    var givenUp = inflict(step, random);
    var served = awaitRepair(affected, begin);
    var disturbed = new ArrayList<Long>();
    var longestPause = 0L;
    var unrecovered = 0;
    for (var track : affected) {
      var silence = track.longestSilence(begin);
      if (!track.ended() && silence.endNanos() == begin) {
        unrecovered++;
      } else if (silence.lengthNanos() > PAUSE.toNanos()) {
        disturbed.add(millis(silence.endNanos() - begin));
      } else {
        longestPause = Math.max(longestPause, millis(silence.lengthNanos()));
      }
    }
    var episode =
        new Episode(
            at,
            step.code(),
            step.words(),
            step.faults().size() - givenUp.size(),
            givenUp,
            affected.size(),
            disturbed,
            longestPause,
            served,
            unrecovered);
    terminal.line(
        "%4d  %-32s serves after %6d ms, %d of %d streams disturbed, longest %d ms%s",
        episodes.size() + 1,
        step.words(),
        served,
        disturbed.size(),
        affected.size(),
        disturbed.stream().mapToLong(Long::longValue).max().orElse(0),
        unrecovered == 0 ? "" : ", " + unrecovered + " NOT RECOVERED");
    return episode;
  }

  /** All at the same time; returns when all have happened, with those that could not. */
  private List<String> inflict(FaultPlan.Step step, Random random) {
    var givenUp = new ConcurrentLinkedQueue<String>();
    var happening =
        step.faults().stream()
            .map(
                fault -> {
                  var own = new Random(random.nextLong());
                  return CompletableFuture.runAsync(
                      () -> {
                        try {
                          fault.inflict(stack, own);
                        } catch (WeirException e) {
                          givenUp.add(fault.code() + ": " + e.getMessage());
                        }
                      },
                      blows);
                })
            .toList();
    happening.forEach(CompletableFuture::join);
    return List.copyOf(givenUp);
  }

  /** Milliseconds until every process serves; -1 if that, or the streams, did not come in time. */
  private long awaitRepair(List<StreamTrack> affected, long begin) {
    var deadline = begin + REPAIR_PATIENCE.toNanos();
    var served = -1L;
    while (System.nanoTime() < deadline) {
      if (served < 0 && stack.serves()) {
        served = millis(System.nanoTime() - begin);
      }
      var now = System.nanoTime();
      if (served >= 0 && now - begin > SETTLING.toNanos() && flow(affected, begin, now)) {
        return served;
      }
      Pause.of(GLANCE);
    }
    terminal.line("  not repaired: %s do not serve", stack.missing());
    return served;
  }

  private static boolean flow(List<StreamTrack> affected, long begin, long now) {
    return affected.stream()
        .allMatch(track -> track.ended() || track.flows(begin, now, LATELY.toNanos()));
  }

  /** When nothing is under way any more, what is missing is lost. */
  private Reconciliation reconcile(Instant since) {
    var scope = new Scope(Optional.of(since), Optional.of(TENANT), Duration.ZERO, MOST_REQUESTS);
    var deadline = System.nanoTime() + REPAIR_PATIENCE.toNanos();
    while (true) {
      var found = TopicsReconciliation.of(stack.clientOptions(), scope, InstantSource.system());
      if (found.agrees() && found.open() == 0 && found.openAccounts() == 0
          || System.nanoTime() > deadline) {
        return found;
      }
      Pause.of(LATELY);
    }
  }

  private static long millis(long nanos) {
    return nanos / 1_000_000;
  }
}
