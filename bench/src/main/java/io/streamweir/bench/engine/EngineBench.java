package io.streamweir.bench.engine;

import io.streamweir.bench.Report;
import io.streamweir.bench.model.GgufExport;
import io.streamweir.bench.model.GgufType;
import io.streamweir.bench.model.ModelShape;
import io.streamweir.bench.model.RandomModel;
import io.streamweir.bench.model.ShapeOptions;
import io.streamweir.engine.Dtype;
import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.djl.DjlEngineProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Measures the djl engine by itself on a random checkpoint: prefill and decoding over a grid of
 * prompts and batches, requests on a common prefix, online and offline work together; beside
 * llama.cpp where its {@code llama-batched-bench} is given.
 */
@Command(
    name = "engine",
    mixinStandardHelpOptions = true,
    description = "The engine by itself on a random checkpoint, and llama.cpp beside it.")
public final class EngineBench implements Callable<Integer> {
  private static final Path TEMPORARY = Path.of(System.getProperty("java.io.tmpdir"), "weir-bench");
  private static final int PREFIX_SEQUENCES = 32;
  private static final int MIXED_SEQUENCES = 32;

  /** Parts of the time: the grid's of all, the prefix load's of the rest. */
  private static final double GRID_SHARE = 0.65;

  private static final double MIXED_SHARE = 0.7;
  private static final double LEAST_PHASE_SECONDS = 20;

  private enum Load {
    GRID,
    PREFIX,
    MIXED
  }

  @Mixin ShapeOptions shape;

  @Option(
      names = "--work",
      description =
          "directory of the checkpoint and its exports, which are made once and kept; default:"
              + " weir-bench in the temporary directory")
  Path work = TEMPORARY;

  @Option(
      names = "--dtype",
      defaultValue = "auto",
      description = "auto, float32, bfloat16 or int8; default: ${DEFAULT-VALUE}")
  String dtype;

  @Option(names = "--threads", defaultValue = "2", description = "default: ${DEFAULT-VALUE}")
  int threads;

  @Option(
      names = "--prompts",
      split = ",",
      defaultValue = "128,512",
      description = "tokens; default: ${DEFAULT-VALUE}")
  List<Integer> prompts;

  @Option(
      names = "--batches",
      split = ",",
      defaultValue = "1,2,4,8,16,32",
      description = "sequences, ascending; default: ${DEFAULT-VALUE}")
  List<Integer> batches;

  @Option(
      names = "--generate",
      defaultValue = "128",
      description =
          "tokens of each sequence of the grid, fewer where time is short; default:"
              + " ${DEFAULT-VALUE}")
  int generate;

  @Option(
      names = "--rounds",
      defaultValue = "1",
      description = "over the grid; figures are medians; default: ${DEFAULT-VALUE}")
  int rounds;

  @Option(
      names = "--loads",
      split = ",",
      defaultValue = "GRID,PREFIX,MIXED",
      description = "of ${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}")
  List<Load> loads;

  @Option(
      names = "--prefix",
      defaultValue = "1024",
      description = "common tokens of the prefix load; default: ${DEFAULT-VALUE}")
  int prefix;

  @Option(
      names = "--prefix-requests",
      defaultValue = "64",
      description = "requests of the prefix load; default: ${DEFAULT-VALUE}")
  int prefixRequests;

  @Option(
      names = "--online-share",
      defaultValue = "0.3",
      description =
          "of the time that online requests would take one by one, in the mixed load; default:"
              + " ${DEFAULT-VALUE}")
  double onlineShare;

  @Option(
      names = "--mixed-seconds",
      defaultValue = "0",
      description =
          "length of each of the three phases of the mixed load; 0: what time is left for")
  double mixedSeconds;

  @Option(
      names = "--kv-cache-mb",
      defaultValue = "1536",
      description = "MiB; default: ${DEFAULT-VALUE}")
  long kvCacheMegabytes;

  @Option(
      names = "--minutes",
      defaultValue = "20",
      description = "about how long the measurement may take; default: ${DEFAULT-VALUE}")
  double minutes;

  @Option(names = "--peer", description = "path of llama-batched-bench")
  Path peer;

  @Option(
      names = "--peer-types",
      split = ",",
      defaultValue = "Q8_0",
      description = "of ${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}")
  List<GgufType> peerTypes;

  @Mixin Report report;

  @Override
  public Integer call() throws Exception {
    Instant startedAt = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    ModelShape model = shape.shape();
    Path directory = checkpoint(model);
    Map<String, BatchedBench> peers = peers(model, directory);
    TimeBudget time = TimeBudget.of(Duration.ofMillis((long) (minutes * 60_000)));
    double readBytesPerSecond = ReadBandwidth.measure(threads);
    EngineConfig config = config(model, directory);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("benchmark", "engine");
    result.put("started_at", startedAt.toString());
    result.put("machine", Machine.describe(readBytesPerSecond));
    result.put("model", model.label());
    result.put("parameters", model.parameters());
    result.put("dtype", DjlEngineProvider.dtype(config).label());
    result.put("threads", threads);
    if (loads.contains(Load.GRID)) {
      boolean alone = loads.size() == 1;
      grid(result, config, model, peers, alone ? time : time.share(GRID_SHARE), readBytesPerSecond);
    }
    if (loads.contains(Load.PREFIX)) {
      Report.say("prefix load, %.0f s left", time.secondsLeft());
      int own = Math.max(1, prefix / 32);
      EngineConfig limits = config.withLimits(prefix + 2 * own, PREFIX_SEQUENCES, 512);
      result.put(
          "prefix_load",
          new PrefixLoad(limits, model.vocabSize(), prefixRequests, 4, prefix, own, own)
              .run(peers));
    }
    if (loads.contains(Load.MIXED)) {
      double phase =
          mixedSeconds > 0
              ? mixedSeconds
              : Math.max(LEAST_PHASE_SECONDS, time.secondsLeft() * MIXED_SHARE / 3);
      Report.say("mixed load, three phases of %.0f s", phase);
      EngineConfig limits = config.withLimits(MixedLoad.CONTEXT, MIXED_SEQUENCES, 512);
      result.put("mixed_load", new MixedLoad(limits, model.vocabSize(), onlineShare, phase).run());
    }
    report.write(result);
    return 0;
  }

  private EngineConfig config(ModelShape model, Path directory) {
    int most = batches.stream().mapToInt(Integer::intValue).max().orElseThrow();
    int longest = prompts.stream().mapToInt(Integer::intValue).max().orElseThrow() + generate;
    return EngineConfig.forCpu(directory, threads)
        .withLimits(Math.min(model.maxPositions(), longest), Math.max(most, PREFIX_SEQUENCES), 512)
        .withKvCache(kvCacheMegabytes << 20, 16)
        .withDtype(Dtype.of(dtype));
  }

  private void grid(
      Map<String, Object> result,
      EngineConfig config,
      ModelShape model,
      Map<String, BatchedBench> peers,
      TimeBudget time,
      double readBytesPerSecond)
      throws IOException, InterruptedException {
    Report.say(
        "grid of %s prompt tokens x %s sequences, %.0f s", prompts, batches, time.secondsLeft());
    Grid grid = new Grid(config, model.vocabSize(), peers);
    grid.run(prompts, batches, generate, rounds, time);
    result.put("grid", grid.report());
    double perSecond = grid.decodeTokensPerSecond(prompts.get(0), 1);
    double weightBytes = (double) model.parameters() * bytesPerWeight(config);
    result.put(
        "roofline_share_at_batch_1", Figures.rounded(perSecond * weightBytes / readBytesPerSecond));
    result.put("resident_bytes_of_process", Machine.residentBytes());
  }

  private static int bytesPerWeight(EngineConfig config) {
    return switch (DjlEngineProvider.dtype(config)) {
      case AUTO, FLOAT32 -> Float.BYTES;
      case BFLOAT16 -> Short.BYTES;
      case INT8 -> Byte.BYTES;
    };
  }

  private Path checkpoint(ModelShape model) throws IOException {
    Path directory = work.resolve(model.label());
    Path complete = directory.resolve("complete");
    if (!Files.exists(complete)) {
      Report.say("making %s, %,d parameters", directory, model.parameters());
      RandomModel.write(directory, model, 1);
      Files.createFile(complete);
    }
    return directory;
  }

  private Map<String, BatchedBench> peers(ModelShape model, Path directory) throws IOException {
    Map<String, BatchedBench> peers = new LinkedHashMap<>();
    if (peer == null) {
      return peers;
    }
    if (!Files.isExecutable(peer)) {
      throw new IllegalArgumentException(
          "--peer " + peer + " is no program; give the path of llama.cpp's llama-batched-bench");
    }
    for (GgufType type : peerTypes) {
      Path file = work.resolve(model.label() + "." + type + ".gguf");
      if (!Files.exists(file)) {
        Report.say("exporting %s", file);
        Path part = work.resolve(file.getFileName() + ".part");
        GgufExport.write(directory, type, part);
        Files.move(part, file);
      }
      peers.put(type.name(), new BatchedBench(peer, file, threads));
    }
    return peers;
  }
}
