package io.streamweir.local.demo;

import io.streamweir.client.ClientOptions;
import io.streamweir.client.StreamweirClient;
import io.streamweir.local.requests.RequestSender;
import io.streamweir.local.terminal.ProgressBar;
import io.streamweir.local.terminal.Terminal;
import io.streamweir.local.terminal.WeirException;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.RequestKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * One run of the demo: warm-up, then the shop's online requests and, beside them, the whole input
 * as a batch on the offline lane; then the count.
 */
public final class DemoRun {

  private static final long SEED = 1;
  private static final int WARM_UP_REQUESTS = 40;
  private static final Duration POLL = Duration.ofMillis(100);

  /** No progress for so long, and the run is over: what is missing counts as missing. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** After the last request, in case something is there twice: two checkpoints and more. */
  private static final Duration SETTLE = Duration.ofMillis(2500);

  private final ClientOptions kafka;
  private final DemoOptions options;
  private final Terminal terminal;

  public DemoRun(ClientOptions kafka, DemoOptions options, Terminal terminal) {
    this.kafka = kafka;
    this.options = options;
    this.terminal = terminal;
  }

  /**
   * @throws WeirException if the input is not usable, or Kafka takes no requests
   */
  public DemoReport run() {
    var utterances = UtteranceFile.read(options.input());
    var arrivals = arrivals();
    var requests = new DemoRequests(newRun(), options.model());
    terminal.line(
        "Run %s: %d utterances offline, %d requests online within %d s (%s).",
        requests.run(),
        utterances.size(),
        arrivals.offsets().size(),
        options.duration().toSeconds(),
        arrivals.source());
    try (var client = StreamweirClient.connect(kafka);
        var shop = new OnlineShop(client, new LiveStreams(terminal));
        var tally = new TopicTally(kafka, requests.keyPrefix())) {
      warmUp(client, requests, utterances);
      shop.open(arrivals, requests, utterances, SEED);
      var batch = sendBatch(client, requests, utterances);
      await(tally, utterances.size() + arrivals.offsets().size());
      failOn(shop.failures());
      var counts =
          Counts.of(acknowledged(batch), shop.acknowledged(), tally.all(), tally.deadLetters());
      var results = offlineResults(tally, requests, utterances);
      return new DemoReport(
          options,
          requests.run(),
          arrivals,
          counts,
          Scores.of(utterances, results.stream().map(DemoRun::textOf).toList()),
          OnlineFigures.of(shop.meters()),
          OfflineFigures.of(results.stream().filter(Objects::nonNull).toList()));
    }
  }

  private ArrivalPlan arrivals() {
    return options
        .trace()
        .map(trace -> TraceFile.read(trace, options.duration(), options.rate()))
        .orElseGet(() -> SyntheticArrivals.of(options.duration(), options.rate(), SEED));
  }

  private static String newRun() {
    return UUID.randomUUID().toString().substring(0, 8);
  }

  private void warmUp(StreamweirClient client, DemoRequests requests, List<Utterance> utterances) {
    for (int i = 0; i < WARM_UP_REQUESTS; i++) {
      var request = requests.warmUp(i, utterances.get(i % utterances.size()));
      var ended = new CompletableFuture<Void>();
      var meter = new StreamMeter(System.nanoTime(), text -> {}, () -> ended.complete(null));
      client.follow(new RequestKey(request.getTenant(), request.getRequestId())).subscribe(meter);
      acknowledged(List.of(client.produce(request).toCompletableFuture()));
      ended.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }
  }

  private static List<CompletableFuture<?>> sendBatch(
      StreamweirClient client, DemoRequests requests, List<Utterance> utterances) {
    var sender = new RequestSender(client);
    var batch = new ArrayList<CompletableFuture<?>>();
    for (int i = 0; i < utterances.size(); i++) {
      batch.add(sender.send(requests.offline(i, utterances.get(i))));
    }
    return batch;
  }

  private void await(TopicTally tally, int expected) {
    var progress = new ProgressBar(terminal, "requests answered and billed");
    var lastChange = System.nanoTime();
    var complete = 0;
    while (complete < expected && System.nanoTime() - lastChange < PATIENCE.toNanos()) {
      tally.read(POLL);
      if (tally.complete() > complete) {
        complete = tally.complete();
        lastChange = System.nanoTime();
      }
      progress.show(complete, expected);
    }
    progress.end();
    var settled = System.nanoTime() + SETTLE.toNanos();
    while (System.nanoTime() < settled) {
      tally.read(POLL);
    }
  }

  /** One for each utterance, null where there is none. */
  private static List<InferenceResult> offlineResults(
      TopicTally tally, DemoRequests requests, List<Utterance> utterances) {
    var results = new ArrayList<InferenceResult>();
    for (int i = 0; i < utterances.size(); i++) {
      var request = requests.offline(i, utterances.get(i));
      var found = tally.requests().get(new RequestKey(request.getTenant(), request.getRequestId()));
      results.add(found == null ? null : found.result());
    }
    return results;
  }

  private static String textOf(InferenceResult result) {
    return result == null ? "" : result.getText();
  }

  private static int acknowledged(List<? extends CompletableFuture<?>> batch) {
    try {
      batch.forEach(CompletableFuture::join);
      return batch.size();
    } catch (CompletionException e) {
      throw new WeirException(e.getCause().getMessage(), e.getCause());
    }
  }

  private static void failOn(List<Throwable> failures) {
    if (!failures.isEmpty()) {
      throw new WeirException(
          "%d online requests could not be sent: %s"
              .formatted(failures.size(), failures.get(0).getMessage()),
          failures.get(0));
    }
  }
}
