package io.streamweir.inference.operator;

import io.streamweir.schemas.BatchLine;
import java.util.Optional;

/** The key of a batch, tenant/batch_id, under which all of its requests are cancelled at once. */
final class BatchKey {

  private BatchKey() {}

  /**
   * The batch that a request belongs to; empty if it belongs to none.
   *
   * @param id tenant/request_id
   */
  static Optional<String> of(String id) {
    var slash = id.indexOf('/');
    return BatchLine.parse(id.substring(slash + 1))
        .map(line -> id.substring(0, slash + 1) + line.batchId());
  }

  /** Whether an id, tenant/request_id, is that of a batch. */
  static boolean isOne(String id) {
    return BatchLine.isBatch(id.substring(id.indexOf('/') + 1));
  }
}
