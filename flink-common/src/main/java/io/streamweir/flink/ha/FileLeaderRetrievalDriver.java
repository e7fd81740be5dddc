package io.streamweir.flink.ha;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.flink.runtime.leaderelection.LeaderInformation;
import org.apache.flink.runtime.leaderretrieval.LeaderRetrievalDriver;
import org.apache.flink.runtime.leaderretrieval.LeaderRetrievalEventHandler;
import org.apache.flink.runtime.rpc.FatalErrorHandler;

/** Looks at a leader's file ten times a second, and tells of what changes. */
final class FileLeaderRetrievalDriver implements LeaderRetrievalDriver {

  private static final long INTERVAL_MILLIS = 100;

  private final Path file;
  private final LeaderRetrievalEventHandler handler;
  private final FatalErrorHandler fatal;
  private final Future<?> looking;
  private LeaderInformation last;

  FileLeaderRetrievalDriver(
      Path file,
      LeaderRetrievalEventHandler handler,
      FatalErrorHandler fatal,
      ScheduledExecutorService watch) {
    this.file = file;
    this.handler = handler;
    this.fatal = fatal;
    this.looking =
        watch.scheduleWithFixedDelay(this::look, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      var now = LeaderFile.read(file);
      if (!now.equals(last)) {
        last = now;
        handler.notifyLeaderAddress(now);
      }
    } catch (IOException | RuntimeException e) {
      fatal.onFatalError(new IOException("Cannot tell who leads: " + file, e));
    }
  }

  @Override
  public void close() {
    looking.cancel(false);
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
