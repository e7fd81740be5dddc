package io.streamweir.gateway.batches;

import io.streamweir.schemas.BatchStatus;

/** What the states of a batch mean. */
final class BatchStates {

  private BatchStates() {}

  /** Whether nothing more becomes of it. */
  static boolean isOver(BatchStatus status) {
    return switch (status) {
      case COMPLETED, FAILED, EXPIRED, CANCELLED -> true;
      default -> false;
    };
  }

  /** Whether it runs and nobody has cancelled it. */
  static boolean isCancellable(BatchStatus status) {
    return status == BatchStatus.VALIDATING || status == BatchStatus.IN_PROGRESS;
  }
}
