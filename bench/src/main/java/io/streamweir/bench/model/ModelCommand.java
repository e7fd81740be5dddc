package io.streamweir.bench.model;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a random checkpoint. */
@Command(
    name = "model",
    mixinStandardHelpOptions = true,
    description =
        "Makes a checkpoint with random weights, of the shape of Qwen2.5-0.5B or another.")
public final class ModelCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIRECTORY", description = "where to write it")
  Path directory;

  @Mixin ShapeOptions shape;

  @Option(names = "--seed", defaultValue = "1", description = "default: ${DEFAULT-VALUE}")
  long seed;

  @Override
  public Integer call() throws Exception {
    RandomModel.write(directory, shape.shape(), seed);
    System.out.printf("%,d parameters in %s%n", shape.shape().parameters(), directory);
    return 0;
  }
}
