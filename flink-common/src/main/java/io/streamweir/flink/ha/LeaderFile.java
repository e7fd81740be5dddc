package io.streamweir.flink.ha;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.UUID;
import org.apache.flink.runtime.leaderelection.LeaderInformation;

/** Who leads a component, as text: the session id, a blank, the address. */
final class LeaderFile {

  private static final int PARTS = 2;

  private LeaderFile() {}

  static byte[] bytes(LeaderInformation information) {
    return (information.getLeaderSessionID() + " " + information.getLeaderAddress())
        .getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Empty information if nobody leads.
   *
   * @throws IOException if the file cannot be read, or is not of that form
   */
  static LeaderInformation read(Path file) throws IOException {
    try {
      var parts = Files.readString(file).split(" ", PARTS);
      if (parts.length < PARTS) {
        throw new IOException(file + " does not name a session and an address");
      }
      return LeaderInformation.known(UUID.fromString(parts[0]), parts[1]);
    } catch (NoSuchFileException e) {
      return LeaderInformation.empty();
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " does not begin with a session id", e);
    }
  }
}
