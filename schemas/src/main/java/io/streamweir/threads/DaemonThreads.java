package io.streamweir.threads;

import java.util.concurrent.ThreadFactory;

/** Threads that do not keep their process alive. */
public final class DaemonThreads {

  private DaemonThreads() {}

  /** Makes such threads, all of that name. */
  public static ThreadFactory named(String name) {
    return task -> {
      var thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }
}
