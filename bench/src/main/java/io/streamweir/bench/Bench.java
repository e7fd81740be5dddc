package io.streamweir.bench;

import io.streamweir.bench.batch.BatchBench;
import io.streamweir.bench.delivery.DeliveryBench;
import io.streamweir.bench.engine.EngineBench;
import io.streamweir.bench.gateway.GatewayBench;
import io.streamweir.bench.model.GgufCommand;
import io.streamweir.bench.model.ModelCommand;
import io.streamweir.bench.pipeline.PipelineBench;
import io.streamweir.bench.text.TextBench;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code weir bench} command. */
@Command(
    name = "weir bench",
    mixinStandardHelpOptions = true,
    description = "Benchmarks; each writes a JSON report.",
    subcommands = {
      PipelineBench.class,
      BatchBench.class,
      GatewayBench.class,
      DeliveryBench.class,
      EngineBench.class,
      TextBench.class,
      ModelCommand.class,
      GgufCommand.class
    },
    synopsisSubcommandLabel = "BENCHMARK")
public final class Bench {

  private Bench() {}

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Bench()).execute(arguments));
  }
}
