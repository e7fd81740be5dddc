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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a leader's file ten times a second, and tells of what changes. A look that fails is
 * tried again: only a file that cannot be read for seconds ends the process.
 */
final class FileLeaderRetrievalDriver implements LeaderRetrievalDriver {

  private static final long INTERVAL_MILLIS = 100;

  /** Failures in a row, five seconds of them, after which there is no hope. */
  static final int HOPELESS = 50;

  private static final Logger LOG = LoggerFactory.getLogger(FileLeaderRetrievalDriver.class);

  private final Path file;
  private final LeaderRetrievalEventHandler handler;
  private final FatalErrorHandler fatal;
  private final Future<?> looking;
  private LeaderInformation last;
  private int failures;

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

  void look() {
    try {
      var now = LeaderFile.read(file);
      if (!now.equals(last)) {
        handler.notifyLeaderAddress(now);
        last = now;
      }
      failures = 0;
    } catch (IOException | RuntimeException e) {
      failed(e);
    }
  }

  private void failed(Exception failure) {
    failures++;
    if (failures == 1) {
      LOG.warn("Cannot tell who leads, trying again: {}", file, failure);
    } else if (failures == HOPELESS) {
      fatal.onFatalError(new IOException("Cannot tell who leads: " + file, failure));
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
