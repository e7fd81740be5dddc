package io.streamweir.local.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a process can still do anything. */
final class LiveProcess {

  private LiveProcess() {}

  /**
   * False also for a zombie, which the JDK takes for alive: where nothing collects orphans, in many
   * a container, a killed process stays one for ever.
   */
  static boolean isAlive(ProcessHandle process) {
    return process.isAlive() && !isZombie(process.pid());
  }

  private static boolean isZombie(long pid) {
    try {
      var stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      // "pid (name) state ...", and the name may itself hold parentheses.
      return stat.startsWith(" Z", stat.lastIndexOf(')') + 1);
    } catch (IOException e) {
      return false; // no /proc on this system, or the process has just ended
    }
  }
}
