package io.streamweir.local.flink;

import io.streamweir.local.terminal.WeirException;

/** The JobManager refused something, or does not answer. */
public class FlinkException extends WeirException {
  public FlinkException(String message) {
    super(message);
  }

  public FlinkException(String message, Throwable cause) {
    super(message, cause);
  }
}
