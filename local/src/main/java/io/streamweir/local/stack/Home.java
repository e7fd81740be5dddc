package io.streamweir.local.stack;

import io.streamweir.local.terminal.WeirException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * The checkout that the command was started from: where the build puts what the stack runs.
 *
 * @param root the directory of the {@code weir} script
 */
public record Home(Path root) {

  /** The system property by which the script names its directory. */
  public static final String PROPERTY = "weir.home";

  public static Home fromSystem() {
    var root = System.getProperty(PROPERTY);
    if (root == null) {
      throw new WeirException("Start this program through the weir script: it sets " + PROPERTY);
    }
    return new Home(Path.of(root).toAbsolutePath().normalize());
  }

  public Path flinkConf() {
    return root.resolve("flink-conf");
  }

  /** Class path of a Flink process. */
  public String flinkClassPath() {
    return flinkConf().resolve("target/lib") + "/*";
  }

  /** Class path of the broker and of the gateway. */
  public String serviceClassPath() {
    return moduleJar("local") + ":" + root.resolve("local/target/lib") + "/*";
  }

  /** When the build was made that is there now. */
  public Instant builtAt() {
    var stamp = root.resolve("local/target/built");
    try {
      return Files.getLastModifiedTime(stamp).toInstant();
    } catch (IOException e) {
      throw new WeirException("No build is there: mvn -DskipTests package (" + e + ")", e);
    }
  }

  public Path registryDirectory() {
    return root.resolve("local/target/registry");
  }

  /** The directory, and so the name, of the model that up deploys. */
  public Path defaultModel() {
    return root.resolve("models/support-intents");
  }

  public String defaultModelName() {
    return defaultModel().getFileName().toString();
  }

  /**
   * The jar of a module.
   *
   * @throws WeirException if it is not built
   */
  public Path moduleJar(String module) {
    var target = root.resolve(module).resolve("target");
    return jars(target, module).stream()
        .findFirst()
        .orElseThrow(
            () ->
                new WeirException(
                    "No %s-*.jar in %s. Build it: mvn -DskipTests package"
                        .formatted(module, target)));
  }

  private static List<Path> jars(Path target, String module) {
    if (!Files.isDirectory(target)) {
      return List.of();
    }
    try (var files = Files.list(target)) {
      return files
          .filter(file -> file.getFileName().toString().matches(module + "-[0-9].*\\.jar"))
          .filter(file -> !file.toString().endsWith("-sources.jar"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + target, e);
    }
  }
}
