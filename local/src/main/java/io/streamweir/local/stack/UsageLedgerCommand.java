package io.streamweir.local.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.jar.JarFile;

/** How the usage ledger is run. It is a Kafka Streams program with a class path of its own. */
final class UsageLedgerCommand {

  private static final String MODULE = "sinks";
  private static final String MAIN_CLASS = "io.streamweir.sinks.UsageLedger";

  private UsageLedgerCommand() {}

  /** Whether this build has one. */
  static boolean available(Home home) {
    if (!Files.isDirectory(home.root().resolve("sinks/target/lib"))) {
      return false;
    }
    try (var jar = new JarFile(home.moduleJar(MODULE).toFile())) {
      return jar.getEntry(MAIN_CLASS.replace('.', '/') + ".class") != null;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + home.moduleJar(MODULE), e);
    }
  }

  static JavaCommand of(Home home, DataDirectory data, StackSettings settings) {
    return new JavaCommand(data)
        .option("-Xms32m", "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
        .main(
            home.moduleJar(MODULE) + ":" + home.root().resolve("sinks/target/lib") + "/*",
            MAIN_CLASS)
        .arguments("--host", settings.host())
        .arguments("--port", settings.port(StackSettings.LEDGER_PORT))
        .arguments("--kafka.bootstrap.servers", settings.bootstrapServers())
        .arguments("--schema.registry.url", settings.registryUrl())
        .arguments("--state.dir", data.ledger());
  }
}
