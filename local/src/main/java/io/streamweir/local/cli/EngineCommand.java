package io.streamweir.local.cli;

import io.streamweir.engine.djl.ArchitectureTable;
import io.streamweir.local.terminal.Terminal;
import io.streamweir.local.terminal.TextTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "engine", description = "Show what the engines can serve.")
public final class EngineCommand implements Runnable {

  @Option(
      names = "--architectures",
      required = true,
      description = "The architectures that the djl engine serves, as config.json names them.")
  private boolean architectures;

  @Override
  public void run() {
    var table = new TextTable().row("architecture", "models", "layer, beside Llama's");
    ArchitectureTable.rows().forEach(row -> table.row(row.name(), row.models(), row.remarks()));
    Terminal.standard().lines(table);
  }
}
