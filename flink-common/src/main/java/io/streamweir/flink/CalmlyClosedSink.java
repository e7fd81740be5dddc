package io.streamweir.flink;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.kafka.sink.TwoPhaseCommittingStatefulSink;
import org.apache.flink.connector.kafka.sink.TwoPhaseCommittingStatefulSink.PrecommittingStatefulSinkWriter;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPostCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka sink whose failure to close costs nobody else anything.
 *
 * <p>A task that failed because the broker is away cannot close its writer in order either: it can
 * neither abort its transaction nor send the rest. Flink closes a failed task where an exception
 * ends the whole TaskManager, with the tasks of all other jobs. What the writer has not sent is
 * made again from the last checkpoint, so what it says when it is closed is only worth a line in
 * the log.
 *
 * @param <S> state of the writer
 * @param <C> what is committed
 */
final class CalmlyClosedSink<S, C>
    implements Sink<OutboundRecord>,
        SupportsWriterState<OutboundRecord, S>,
        SupportsCommitter<C>,
        SupportsPostCommitTopology<C> {

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(CalmlyClosedSink.class);

  private final TwoPhaseCommittingStatefulSink<OutboundRecord, S, C> sink;
  private final SupportsPostCommitTopology<C> topology;

  /**
   * @param sink to which everything is left
   */
  <K extends TwoPhaseCommittingStatefulSink<OutboundRecord, S, C> & SupportsPostCommitTopology<C>>
      CalmlyClosedSink(K sink) {
    this.sink = sink;
    this.topology = sink;
  }

  @Override
  public Writer<S, C> createWriter(WriterInitContext context) throws IOException {
    return new Writer<>(sink.createWriter(context));
  }

  @Override
  public Writer<S, C> restoreWriter(WriterInitContext context, Collection<S> state)
      throws IOException {
    return new Writer<>(sink.restoreWriter(context, state));
  }

  @Override
  public SimpleVersionedSerializer<S> getWriterStateSerializer() {
    return sink.getWriterStateSerializer();
  }

  @Override
  public Committer<C> createCommitter(CommitterInitContext context) throws IOException {
    return sink.createCommitter(context);
  }

  @Override
  public SimpleVersionedSerializer<C> getCommittableSerializer() {
    return sink.getCommittableSerializer();
  }

  @Override
  public void addPostCommitTopology(DataStream<CommittableMessage<C>> committables) {
    topology.addPostCommitTopology(committables);
  }

  private record Writer<S, C>(PrecommittingStatefulSinkWriter<OutboundRecord, S, C> writer)
      implements StatefulSinkWriter<OutboundRecord, S>, CommittingSinkWriter<OutboundRecord, C> {

    @Override
    public void write(OutboundRecord record, Context context)
        throws IOException, InterruptedException {
      writer.write(record, context);
    }

    @Override
    public void flush(boolean endOfInput) throws IOException, InterruptedException {
      writer.flush(endOfInput);
    }

    @Override
    public void writeWatermark(Watermark watermark) throws IOException, InterruptedException {
      writer.writeWatermark(watermark);
    }

    @Override
    public List<S> snapshotState(long checkpointId) throws IOException {
      return writer.snapshotState(checkpointId);
    }

    @Override
    public Collection<C> prepareCommit() throws IOException, InterruptedException {
      return writer.prepareCommit();
    }

    @Override
    public void close() {
      try {
        writer.close();
      } catch (Exception e) {
        LOG.warn("A Kafka writer did not end in order; its task goes on from a checkpoint", e);
      }
    }
  }
}
