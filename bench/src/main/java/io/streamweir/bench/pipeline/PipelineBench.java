package io.streamweir.bench.pipeline;

import io.streamweir.bench.Report;
import io.streamweir.client.ClientOptions;
import io.streamweir.client.StreamweirClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Measures a running stack from outside: streams chat completions at a fixed mean rate through the
 * gateway, alone and with a saturated offline lane, in turns.
 *
 * <p>Added to the first token = (client writes the request to client reads the first text) less
 * (engine takes the request to end of the step with the first text). It includes the client and the
 * loopback, so it is an upper bound of what the pipeline adds.
 */
@Command(
    name = "pipeline",
    mixinStandardHelpOptions = true,
    description = "What the pipeline adds to the engine's own time; needs a running stack.")
public final class PipelineBench implements Callable<Integer> {

  /** What is compiled depends on how often it has run, so warming up is faster than measuring. */
  private static final double WARM_UP_RATE = 40;

  /** From one condition to the other: the load is steady when it is measured. */
  private static final Duration RAMP = Duration.ofSeconds(3);

  @Option(
      names = "--gateway",
      defaultValue = "http://127.0.0.1:8000",
      description = "default: ${DEFAULT-VALUE}")
  URI gateway;

  @Option(
      names = "--bootstrap",
      defaultValue = "127.0.0.1:9092",
      description = "default: ${DEFAULT-VALUE}")
  String bootstrapServers;

  @Option(
      names = "--registry",
      defaultValue = "http://127.0.0.1:8085/apis/ccompat/v7",
      description = "default: ${DEFAULT-VALUE}")
  String registry;

  @Option(
      names = "--flink",
      defaultValue = "http://127.0.0.1:8081",
      description = "default: ${DEFAULT-VALUE}")
  URI flink;

  @Option(
      names = "--model",
      defaultValue = "support-intents",
      description = "default: ${DEFAULT-VALUE}")
  String model;

  @Option(
      names = "--deployment",
      defaultValue = "support-intents-cpu",
      description = "of the model; default: ${DEFAULT-VALUE}")
  String deployment;

  @Option(
      names = "--rate",
      defaultValue = "10",
      description = "online requests/s, mean; default: ${DEFAULT-VALUE}")
  double rate;

  @Option(
      names = "--seconds",
      defaultValue = "30",
      description = "length of a phase; default: ${DEFAULT-VALUE}")
  int seconds;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "phases of each kind; default: ${DEFAULT-VALUE}")
  int rounds;

  @Option(
      names = "--warmup-seconds",
      defaultValue = "30",
      description = "default: ${DEFAULT-VALUE}")
  int warmupSeconds;

  @Option(
      names = "--offline",
      defaultValue = "256",
      description =
          "offline requests outstanding in the saturated phases; default: ${DEFAULT-VALUE}")
  int offlineRequests;

  @Option(names = "--prompts", required = true, description = "CSV whose first column is a prompt")
  Path prompts;

  @Mixin Report report;

  private final Phase alone = new Phase();
  private final Phase saturated = new Phase();
  private CheckpointLog checkpoints;
  private long offlineTokens;
  private double offlineSeconds;

  @Override
  public Integer call() throws Exception {
    var texts = PromptFile.read(prompts);
    checkpoints = new CheckpointLog(flink);
    var online = new OnlineLoad(gateway, model, texts, 1);
    try (var log = new PathLog(bootstrapServers, registry, deployment);
        var client = StreamweirClient.connect(ClientOptions.of(bootstrapServers, registry))) {
      Report.say("warming up for %d s, alone and saturated", warmupSeconds);
      var fast = Math.max(rate, WARM_UP_RATE);
      online.run(fast, Duration.ofSeconds(warmupSeconds / 2));
      var offline = new OfflineLoad(client, model, texts);
      offline.start(offlineRequests);
      online.run(fast, Duration.ofSeconds(warmupSeconds / 2));
      offline.stop();
      for (int round = 1; round <= rounds; round++) {
        Report.say("round %d of %d: online alone", round, rounds);
        online.run(rate, RAMP);
        log.readOn();
        alone.add(online.run(rate, Duration.ofSeconds(seconds)), log.readOn());
        Report.say("round %d of %d: offline lane saturated", round, rounds);
        runSaturated(client, online, texts, log);
      }
    }
    write();
    return 0;
  }

  private void runSaturated(
      StreamweirClient client, OnlineLoad online, List<String> texts, PathLog log)
      throws IOException, InterruptedException {
    var offline = new OfflineLoad(client, model, texts);
    offline.start(offlineRequests);
    online.run(rate, RAMP);
    log.readOn();
    var startedAtMillis = System.currentTimeMillis();
    var startedAt = System.nanoTime();
    var tokensBefore = offline.tokens();
    var traces = online.run(rate, Duration.ofSeconds(seconds));
    offlineTokens += offline.tokens() - tokensBefore;
    offlineSeconds += (System.nanoTime() - startedAt) / 1e9;
    checkpoints.add(startedAtMillis);
    offline.stop();
    saturated.add(traces, log.readOn());
  }

  private void write() throws Exception {
    var result = new LinkedHashMap<String, Object>();
    result.put("benchmark", "pipeline");
    result.put("rate_per_s", rate);
    result.put("seconds_per_phase", seconds);
    result.put("rounds", rounds);
    result.put("online_alone", alone.toMap());
    result.put("offline_saturated", saturated.toMap());
    result.put("offline_tokens_per_s", Math.round(offlineTokens / offlineSeconds));
    result.put("checkpoints_offline_saturated", checkpoints.toMap());
    result.put(
        "figures",
        Map.of(
            "ttft_p99_growth_ms",
            saturated.ttftP99() - alone.ttftP99(),
            "engine_step_p99_ms",
            saturated.engineIntervalP99()));
    report.write(result);
  }
}
