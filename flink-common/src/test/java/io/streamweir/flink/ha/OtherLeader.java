package io.streamweir.flink.ha;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A process that holds the lock until it is killed. */
final class OtherLeader {

  private static final String HELD = "held";

  private final Process process;

  private OtherLeader(Process process) {
    this.process = process;
  }

  static OtherLeader start(Path directory) throws IOException {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                OtherLeader.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var said = process.inputReader().readLine();
    if (!HELD.equals(said)) {
      throw new IOException("The other leader says: " + said);
    }
    return new OtherLeader(process);
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  public static void main(String[] arguments) throws Exception {
    var lock = new HaDirectory(Path.of(arguments[0])).lock();
    try (var channel =
        FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.lock();
      System.out.println(HELD);
      Thread.currentThread().join();
    }
  }
}
