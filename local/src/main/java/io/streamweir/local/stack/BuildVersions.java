package io.streamweir.local.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Versions of the programs that the build has unpacked, as the build says. */
final class BuildVersions {

  private static final Properties ALL = read();

  private BuildVersions() {}

  /** Of the schema registry. */
  static String apicurio() {
    return ALL.getProperty("apicurio.version");
  }

  private static Properties read() {
    var all = new Properties();
    try (var file = BuildVersions.class.getResourceAsStream("build.properties")) {
      all.load(file);
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the versions of the build", e);
    }
  }
}
