package io.streamweir.flink;

import java.time.Duration;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Hands records on to a transactional sink that is chained to it, and no checkpoint once the lease
 * is lost.
 *
 * <p>At a checkpoint the sink takes a transactional id of its pool for what comes next, which
 * fences whoever uses the id. In a process that was frozen and replaced, that is its successor,
 * whose results would be lost: a transaction that is aborted behind its checkpoint is not written
 * again.
 */
final class LeasedRelay extends AbstractStreamOperator<OutboundRecord>
    implements OneInputStreamOperator<OutboundRecord, OutboundRecord> {
  private static final long serialVersionUID = 1;

  private final Duration freezeLimit;
  private transient Lease lease;

  /**
   * @param freezeLimit see {@link Lease}
   */
  LeasedRelay(Duration freezeLimit) {
    this.freezeLimit = freezeLimit;
  }

  @Override
  public void open() throws Exception {
    super.open();
    hold(new Lease("weir-sink-lease", freezeLimit));
  }

  void hold(Lease held) {
    lease = held;
  }

  @Override
  public void processElement(StreamRecord<OutboundRecord> element) {
    output.collect(element);
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    lease.check();
    super.prepareSnapshotPreBarrier(checkpointId);
  }

  @Override
  public void close() throws Exception {
    if (lease != null) {
      lease.close();
    }
    super.close();
  }
}
