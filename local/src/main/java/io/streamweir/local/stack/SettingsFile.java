package io.streamweir.local.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** The settings of a stack, kept in its data directory so that every later command knows them. */
final class SettingsFile {

  private final Path file;

  SettingsFile(Path file) {
    this.file = file;
  }

  /** Defaults if there is no file. */
  StackSettings read() {
    if (!Files.exists(file)) {
      return new StackSettings(Map.of());
    }
    var properties = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
    var values = new TreeMap<String, String>();
    properties.stringPropertyNames().forEach(key -> values.put(key, properties.getProperty(key)));
    return new StackSettings(values);
  }

  void write(StackSettings settings) {
    var properties = new Properties();
    properties.putAll(settings.written());
    try (var writer = Files.newBufferedWriter(file)) {
      properties.store(writer, "Settings of this stack; change them while it is down.");
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }
}
