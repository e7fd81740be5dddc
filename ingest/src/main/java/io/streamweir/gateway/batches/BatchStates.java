package io.streamweir.gateway.batches;

import io.streamweir.schemas.BatchProblem;
import io.streamweir.schemas.BatchRecord;
import io.streamweir.schemas.BatchStatus;
import java.util.List;

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

  /** Ends a batch that cannot go on. */
  static void fail(BatchRecord batch, BatchProblem problem, long now) {
    batch.setProblems(List.of(problem));
    batch.setStatus(BatchStatus.FAILED);
    batch.getTimes().setEndedAtMs(now);
  }

  /** Whether it runs and nobody has cancelled it. */
  static boolean isCancellable(BatchStatus status) {
    return status == BatchStatus.VALIDATING || status == BatchStatus.IN_PROGRESS;
  }
}
