package io.streamweir.local.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a process can still do anything, and when it began. */
final class LiveProcess {

  /** The 20th field of proc_pid_stat(5), counted from the third. */
  private static final int THREADS = 17;

  /** The 22nd field. */
  private static final int START_TIME = 19;

  private LiveProcess() {}

  /**
   * False also for a zombie, which the JDK takes for alive: where nothing collects orphans, in many
   * a container, a killed process stays one for ever. It is one as soon as its first thread has
   * ended, and has its ports until the last one has, so that counts.
   */
  static boolean isAlive(ProcessHandle process) {
    return process.isAlive() && !isZombie(stat(process.pid()));
  }

  static boolean isZombie(String stat) {
    var fields = stat.split(" ");
    return fields[0].equals("Z")
        && (fields.length <= THREADS || Integer.parseInt(fields[THREADS]) <= 1);
  }

  /** Clock ticks from the boot of the system to the start of the process; 0 if it does not say. */
  static long startTicks(ProcessHandle process) {
    var fields = stat(process.pid()).split(" ");
    return fields.length > START_TIME ? Long.parseLong(fields[START_TIME]) : 0;
  }

  /** The fields of proc_pid_stat(5) from the third on, the state; empty if there are none. */
  private static String stat(long pid) {
    try {
      var stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      // "pid (name) state ...", and the name may itself hold parentheses.
      return stat.substring(stat.lastIndexOf(')') + 2);
    } catch (IOException e) {
      return ""; // no /proc on this system, or the process has just ended
    }
  }
}
