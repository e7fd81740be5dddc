package io.streamweir.bench.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamweir.bench.Report;
import io.streamweir.bench.engine.Machine;
import io.streamweir.local.stack.DataDirectory;
import io.streamweir.local.stack.Home;
import io.streamweir.local.terminal.Terminal;
import io.streamweir.local.terminal.WeirException;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Measures the way through gateway, Kafka and both jobs alone: the engine computes nothing. The
 * load comes from this process, over the loopback.
 */
@Command(
    name = "gateway",
    mixinStandardHelpOptions = true,
    description =
        "What gateway, Kafka and both jobs cost, with an engine that answers at once. Starts a"
            + " stack of its own and stops it afterwards.")
public final class GatewayBench implements Callable<Integer> {

  private enum Load {
    FIRST_TOKEN,
    STREAMS,
    STALLED,
    PROXY
  }

  private static final double WARM_UP_RATE = 50;
  private static final int PROXY_TOKENS = 4;
  private static final String PORTS_OFFSET = "7000";

  @Option(
      names = "--loads",
      split = ",",
      defaultValue = "FIRST_TOKEN,STREAMS,STALLED,PROXY",
      description = "of ${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}")
  List<Load> loads;

  @Option(
      names = "--rates",
      split = ",",
      defaultValue = "25,50,100,200",
      description =
          "requests/s, mean; the proxy gets the last, others beside stalled readers the first;"
              + " default: ${DEFAULT-VALUE}")
  List<Double> rates;

  @Option(
      names = "--streams",
      split = ",",
      defaultValue = "250,500,1000,2000",
      description = "streams at a time; default: ${DEFAULT-VALUE}")
  List<Integer> streams;

  @Option(
      names = "--tokens-per-second",
      defaultValue = "10",
      description = "of each of these streams; default: ${DEFAULT-VALUE}")
  double tokensPerSecond;

  @Option(
      names = "--stalled",
      defaultValue = "1000",
      description = "clients that read nothing; default: ${DEFAULT-VALUE}")
  int stalled;

  @Option(
      names = "--seconds",
      defaultValue = "20",
      description = "length of each measurement; default: ${DEFAULT-VALUE}")
  int seconds;

  @Option(
      names = "--warmup-seconds",
      defaultValue = "60",
      description = "default: ${DEFAULT-VALUE}")
  int warmupSeconds;

  @Option(
      names = "--data",
      description = "directory of the stack; default: .weir-bench beside the weir script")
  Path data;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "setting of the stack, as for weir up; repeatable; ports.offset is 7000 unless given")
  Map<String, String> settings = new TreeMap<>();

  @Mixin Report report;

  @Override
  public Integer call() throws Exception {
    try {
      run();
      return 0;
    } catch (WeirException e) {
      Report.say("weir bench: %s", e.getMessage());
      return 1;
    }
  }

  private void run() throws IOException, InterruptedException {
    var home = Home.fromSystem();
    settings.putIfAbsent("ports.offset", PORTS_OFFSET);
    var directory = new DataDirectory(data == null ? home.root().resolve(".weir-bench") : data);
    var result = new LinkedHashMap<String, Object>();
    result.put("benchmark", "gateway");
    result.put("machine", Machine.describe());
    result.put("seconds", seconds);
    var vertx = Vertx.vertx();
    try {
      Set<Load> wanted = EnumSet.copyOf(loads);
      if (wanted.remove(Load.PROXY)) {
        Report.say("a plain reverse proxy, %.0f requests/s", last(rates));
        result.put("proxy", proxy(vertx));
      }
      if (!wanted.isEmpty()) {
        try (var stack = new BenchStack(home, directory, settings, Terminal.standard())) {
          stack.start();
          through(stack, vertx, wanted, result);
        }
      }
    } finally {
      vertx.close().await();
    }
    result.put("ratio_to_proxy", ratio(new ObjectMapper().valueToTree(result)));
    report.write(result);
  }

  /** How many times longer the first token takes than behind the proxy, at the same rate. */
  private Map<String, Object> ratio(JsonNode result) {
    var ours = result.path("first_token").path(last(rates) + "_per_s").path("ttft_ms");
    var proxy = result.path("proxy").path("behind_proxy_ttft_ms");
    var map = new LinkedHashMap<String, Object>();
    for (var quantile : List.of("p50", "p99")) {
      if (ours.has(quantile) && proxy.has(quantile)) {
        map.put(quantile, ours.path(quantile).asDouble() / proxy.path(quantile).asDouble());
      }
    }
    return map;
  }

  private void through(BenchStack stack, Vertx vertx, Set<Load> wanted, Map<String, Object> result)
      throws IOException, InterruptedException {
    var duration = Duration.ofSeconds(seconds);
    try (var client = new StreamClient(vertx, stack.gateway(), BenchStack.MODEL);
        var gateway = stack.gatewayProcess()) {
      var firstToken = new FirstToken(stack, client, duration);
      Report.say("warming up for %d s", warmupSeconds);
      firstToken.warmUp(WARM_UP_RATE, Duration.ofSeconds(warmupSeconds));
      if (wanted.contains(Load.FIRST_TOKEN)) {
        Report.say("first token at %s requests/s", rates);
        result.put("first_token", firstToken.measure(rates));
      }
      if (wanted.contains(Load.STALLED)) {
        Report.say("%d stalled readers", stalled);
        result.put(
            "stalled",
            new Stalled(stack, client, rates.get(0), duration).measure(gateway, stalled));
      }
      if (wanted.contains(Load.STREAMS)) {
        var many = new ManyStreams(stack, client, tokensPerSecond, duration);
        var cells = new LinkedHashMap<String, Object>();
        for (var count : streams) {
          Report.say("%d streams", count);
          cells.put(count.toString(), many.measure(gateway, count));
        }
        result.put("streams", cells);
      }
    }
  }

  /** The same load on the same engine, once behind a proxy and once without. */
  private Map<String, Object> proxy(Vertx vertx) throws IOException {
    var map = new LinkedHashMap<String, Object>();
    try (var peer = new PeerProcess()) {
      var servers = Map.of("engine_alone", peer.engine(), "behind_proxy", peer.proxy());
      for (var name : List.of("engine_alone", "behind_proxy")) {
        try (var client = new StreamClient(vertx, servers.get(name), BenchStack.MODEL)) {
          var arrivals = new Arrivals(client, PROXY_TOKENS);
          arrivals.run(last(rates), Duration.ofSeconds(warmupSeconds / 2));
          var answered = arrivals.run(last(rates), Duration.ofSeconds(seconds));
          map.put(name + "_failed", answered.failures().size());
          map.put(name + "_ttft_ms", answered.ttftMillis().toMap());
        }
      }
    }
    return map;
  }

  private static double last(List<Double> rates) {
    return rates.get(rates.size() - 1);
  }
}
