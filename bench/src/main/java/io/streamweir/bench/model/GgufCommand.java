package io.streamweir.bench.model;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Exports a checkpoint. */
@Command(
    name = "gguf",
    mixinStandardHelpOptions = true,
    description =
        "Exports a Hugging Face checkpoint as a GGUF file, for comparison with llama.cpp.")
public final class GgufCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "MODEL", description = "directory of the checkpoint")
  Path model;

  @Parameters(index = "1", paramLabel = "FILE", description = "to write")
  Path file;

  @Option(
      names = "--type",
      defaultValue = "F32",
      description = "of the matrices: ${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}")
  GgufType type;

  @Override
  public Integer call() throws Exception {
    GgufExport.write(model, type, file);
    return 0;
  }
}
