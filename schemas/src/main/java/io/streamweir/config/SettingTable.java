package io.streamweir.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * All settings of one program; docs/configuration.md is generated from these tables.
 *
 * @param program its name, for messages and docs
 */
public record SettingTable(String program, List<Setting<?>> settings) {

  public SettingTable {
    settings = List.copyOf(settings);
    var keys = settings.stream().map(Setting::key).distinct().count();
    if (keys != settings.size()) {
      throw new IllegalArgumentException("A key stands twice in the settings of " + program);
    }
  }

  /**
   * Checks values against the table.
   *
   * @throws ConfigException for an unknown key, a missing required one, a value that is not allowed
   */
  public Config parse(Map<String, String> values) {
    var byKey = settings.stream().collect(Collectors.toMap(Setting::key, setting -> setting));
    for (var key : values.keySet()) {
      if (!byKey.containsKey(key)) {
        throw new ConfigException(
            "Unknown setting '"
                + key
                + "' of "
                + program
                + "; known are "
                + byKey.keySet().stream().sorted().toList()
                + ".");
      }
    }
    var parsed = new HashMap<String, Object>();
    for (var setting : settings) {
      var text = values.getOrDefault(setting.key(), setting.fallback());
      if (text == null) {
        throw new ConfigException(
            "Setting " + setting.key() + " of " + program + " is required: " + setting.doc() + ".");
      }
      parsed.put(setting.key(), setting.parse(text));
    }
    return new Config(parsed);
  }

  /**
   * Reads {@code --key value} pairs.
   *
   * @throws ConfigException as {@link #parse(Map)} does, and if the words are not pairs
   */
  public Config parse(String... arguments) {
    var values = new HashMap<String, String>();
    for (int i = 0; i < arguments.length; i += 2) {
      if (!arguments[i].startsWith("--") || i + 1 == arguments.length) {
        throw new ConfigException(
            "Expected --key value pairs for " + program + ", found '" + arguments[i] + "'.");
      }
      values.put(arguments[i].substring(2), arguments[i + 1]);
    }
    return parse(values);
  }
}
