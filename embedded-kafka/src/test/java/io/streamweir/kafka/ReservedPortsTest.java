package io.streamweir.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReservedPortsTest {

  /** Ends with 0 if it can reserve the port that it is given. */
  static final class OtherProcess {
    public static void main(String[] arguments) throws IOException {
      try (var file = FileChannel.open(ReservedPorts.file(), StandardOpenOption.WRITE)) {
        System.exit(file.tryLock(Long.parseLong(arguments[0]), 1, false) == null ? 1 : 0);
      }
    }
  }

  @Test
  void shouldGiveEachPortOnceAndBelowThoseOfTheSystem() {
    var ports = IntStream.range(0, 200).map(i -> ReservedPorts.next()).toArray();

    assertThat(ports).doesNotHaveDuplicates();
    assertThat(IntStream.of(ports)).allMatch(port -> port >= 10_000 && port <= 32_000);
  }

  @Test
  void shouldFindAnOffsetByWhichEveryPortIsFree() throws Exception {
    var numbers = List.of(6123, 8081, 9093);

    var offset = ReservedPorts.offset(numbers);

    for (var number : numbers) {
      try (var socket = new ServerSocket(number + offset, 1, InetAddress.getLoopbackAddress())) {
        assertThat(socket.getLocalPort()).isBetween(10_000, 32_000);
      }
    }
    assertThat(ReservedPorts.offset(numbers)).isNotEqualTo(offset);
  }

  @Test
  void shouldKeepAPortFromOtherProcesses() throws Exception {
    var reserved = ReservedPorts.next();

    assertThat(otherProcess(reserved)).isEqualTo(1);
    assertThat(otherProcess(1)).as("a port that nobody has reserved").isZero();
  }

  private static int otherProcess(int port) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"),
            "-cp",
            System.getProperty("java.class.path"),
            OtherProcess.class.getName(),
            Integer.toString(port))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
