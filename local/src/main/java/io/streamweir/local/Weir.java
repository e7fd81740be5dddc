package io.streamweir.local;

import io.streamweir.client.ClientException;
import io.streamweir.client.topics.TopicMismatchException;
import io.streamweir.config.ConfigException;
import io.streamweir.local.cli.BatchCommand;
import io.streamweir.local.cli.ChaosCommand;
import io.streamweir.local.cli.ChatCommand;
import io.streamweir.local.cli.DemoCommand;
import io.streamweir.local.cli.DeployCommand;
import io.streamweir.local.cli.DownCommand;
import io.streamweir.local.cli.EngineCommand;
import io.streamweir.local.cli.KeysCommand;
import io.streamweir.local.cli.LaunchCommand;
import io.streamweir.local.cli.ListCommand;
import io.streamweir.local.cli.LogsCommand;
import io.streamweir.local.cli.ProduceCommand;
import io.streamweir.local.cli.ReconcileCommand;
import io.streamweir.local.cli.RescaleCommand;
import io.streamweir.local.cli.StatusCommand;
import io.streamweir.local.cli.TailCommand;
import io.streamweir.local.cli.TenantsCommand;
import io.streamweir.local.cli.TerminateCommand;
import io.streamweir.local.cli.TopicsCommand;
import io.streamweir.local.cli.TransactionsCommand;
import io.streamweir.local.cli.UpCommand;
import io.streamweir.local.cli.UsageCommand;
import io.streamweir.local.terminal.WeirException;
import io.streamweir.schemas.registry.IncompatibleSchemaException;
import io.streamweir.schemas.registry.RegistryUnavailableException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ParameterException;

/** The {@code weir} command. */
@Command(
    name = "weir",
    mixinStandardHelpOptions = true,
    description =
        "Streamweir on this machine: the stack, its deployments, requests by hand, a demo. ./weir bench --help shows the benchmarks.",
    subcommands = {
      UpCommand.class,
      StatusCommand.class,
      DownCommand.class,
      LogsCommand.class,
      TopicsCommand.class,
      DeployCommand.class,
      ListCommand.class,
      RescaleCommand.class,
      TerminateCommand.class,
      ProduceCommand.class,
      BatchCommand.class,
      TailCommand.class,
      ChatCommand.class,
      DemoCommand.class,
      UsageCommand.class,
      KeysCommand.class,
      TenantsCommand.class,
      ReconcileCommand.class,
      TransactionsCommand.class,
      ChaosCommand.class,
      EngineCommand.class,
      LaunchCommand.class,
      HelpCommand.class
    },
    synopsisSubcommandLabel = "COMMAND")
public final class Weir implements Runnable {

  /** Their messages say what happened and what to do. */
  private static final List<Class<? extends RuntimeException>> EXPLAIN_THEMSELVES =
      List.of(
          WeirException.class,
          ConfigException.class,
          ClientException.class,
          TopicMismatchException.class,
          IncompatibleSchemaException.class,
          RegistryUnavailableException.class);

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  private Weir() {}

  public static void main(String[] arguments) {
    // The exit is explicit: clients of Kafka leave threads behind that would hold the process.
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Weir())
        .setUsageHelpAutoWidth(true)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(Weir::explain);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to do.");
  }

  /** Failures that the user can act on are one message; others show where they come from. */
  private static int explain(Exception failure, CommandLine command, CommandLine.ParseResult words)
      throws Exception {
    var cause =
        failure instanceof CompletionException || failure instanceof ExecutionException
            ? failure.getCause()
            : failure;
    if (EXPLAIN_THEMSELVES.stream().anyMatch(type -> type.isInstance(cause))) {
      command.getErr().println("weir: " + cause.getMessage());
      return command.getCommandSpec().exitCodeOnExecutionException();
    }
    throw failure;
  }
}
