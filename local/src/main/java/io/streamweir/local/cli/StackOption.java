package io.streamweir.local.cli;

import io.streamweir.client.keys.KeyStore;
import io.streamweir.local.stack.DataDirectory;
import io.streamweir.local.stack.Home;
import io.streamweir.local.stack.Stack;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Which stack a command is about. */
final class StackOption {

  private static final String VARIABLE = "WEIR_DATA";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description =
          "Directory that holds everything of the stack. Default: $WEIR_DATA, else .weir beside"
              + " the weir script.")
  private Path data;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  private boolean help;

  DataDirectory directory() {
    return new DataDirectory(
        Optional.ofNullable(data)
            .or(() -> Optional.ofNullable(System.getenv(VARIABLE)).map(Path::of))
            .orElseGet(() -> Home.fromSystem().root().resolve(".weir")));
  }

  Stack stack() {
    return Stack.open(Home.fromSystem(), directory());
  }

  /** The API keys and tenants of the running stack; to be closed. */
  KeyStore keyStore() {
    var options = stack().require("kafka", "registry").clientOptions();
    return KeyStore.open(options, InstantSource.system());
  }
}
