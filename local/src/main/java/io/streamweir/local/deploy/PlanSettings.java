package io.streamweir.local.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * Remembers the settings of each deployment's job. The catalogue knows what others need of a
 * deployment; this is only for who launches it again.
 */
final class PlanSettings {

  private final Path directory;

  PlanSettings(Path directory) {
    this.directory = directory;
  }

  /** Whether a deployment of that name was ever launched from here. */
  boolean exist(String deployment) {
    return Files.exists(file(deployment));
  }

  Map<String, String> read(String deployment) {
    var properties = new Properties();
    var file = file(deployment);
    if (Files.exists(file)) {
      try (var reader = Files.newBufferedReader(file)) {
        properties.load(reader);
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot read " + file, e);
      }
    }
    var values = new TreeMap<String, String>();
    properties.stringPropertyNames().forEach(key -> values.put(key, properties.getProperty(key)));
    return values;
  }

  void write(String deployment, Map<String, String> settings) {
    var properties = new Properties();
    properties.putAll(settings);
    var file = file(deployment);
    try {
      Files.createDirectories(directory);
      try (var writer = Files.newBufferedWriter(file)) {
        properties.store(writer, "Settings of the inference job of " + deployment);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }

  private Path file(String deployment) {
    return directory.resolve(deployment + ".properties");
  }
}
