package io.streamweir.local.transactions;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.TopicPartition;

/**
 * A transaction that has begun and not ended.
 *
 * @param age since its first record
 * @param timeout after which the broker aborts it
 * @param partitions that it has written to: nobody reads committed records behind it there
 */
public record OpenTransaction(
    String id,
    TransactionState state,
    long producerId,
    Duration age,
    Duration timeout,
    List<TopicPartition> partitions) {

  /** Whether it waits for its producer; otherwise the broker is about to end it. */
  public boolean ongoing() {
    return state == TransactionState.ONGOING;
  }
}
