package io.streamweir.local.stack;

import io.streamweir.config.ConfigException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Settings of a program that a stack runs, written with the program's name in front. */
record PassedOn(String program, Map<String, String> values) {

  /** What the stack itself says to every program, or asks of it. */
  private static final Set<String> OF_THE_STACK =
      Set.of(
          "host",
          "port",
          "client.id",
          "kafka.bootstrap.servers",
          "schema.registry.url",
          "checkpoint.interval",
          "tls.certificate",
          "tls.key",
          "tls.password-file");

  PassedOn {
    for (var key : values.keySet()) {
      if (OF_THE_STACK.contains(key)) {
        throw new ConfigException(
            "Setting %s.%s cannot be chosen: the stack sets it, or relies on its default. Start a %s of your own beside the stack."
                .formatted(program, key, program));
      }
    }
    values = Map.copyOf(values);
  }

  /**
   * Those of {@code written} that are the program's.
   *
   * @param own keys of the stack that begin with the program's name as well
   */
  static PassedOn of(String program, Map<String, String> written, Set<String> own) {
    var prefix = program + ".";
    var values = new TreeMap<String, String>();
    written.forEach(
        (key, value) -> {
          if (key.startsWith(prefix) && !own.contains(key)) {
            values.put(key.substring(prefix.length()), value);
          }
        });
    return new PassedOn(program, values);
  }

  boolean has(String key) {
    return key.startsWith(program + ".") && values.containsKey(key.substring(program.length() + 1));
  }
}
