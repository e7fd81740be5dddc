package io.streamweir.client.internal;

import io.streamweir.client.ClientOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.IsolationLevel;

/**
 * A consumer loop over the token log that starts with the first stream that it is to read, and the
 * streams that it has not taken in yet.
 */
final class StreamLoop implements AutoCloseable {

  /** Small, for who seeks often: what was fetched and not read is fetched again. */
  private static final int FETCH_BYTES = 256 << 10;

  private static final long IDLE_SECONDS = 1;

  private final LinkedBlockingQueue<FollowedStream> joining = new LinkedBlockingQueue<>();
  private final AtomicBoolean started = new AtomicBoolean();
  private final ConsumerLoop loop;

  /**
   * @param role names the thread and the Kafka client
   */
  StreamLoop(ClientOptions options, String role, ConsumerLoop.Work work) {
    this.loop =
        new ConsumerLoop(
            options.clientId() + "-" + role,
            () ->
                KafkaClients.consumer(options, role, IsolationLevel.READ_UNCOMMITTED, FETCH_BYTES),
            work);
  }

  /** Any thread. */
  void join(FollowedStream stream) {
    joining.add(stream);
    if (started.compareAndSet(false, true)) {
      loop.start();
    }
    loop.wakeup();
  }

  /**
   * Who has joined; on the loop's thread only.
   *
   * @param idle whether to wait for one because there is nothing else to do; bounded, so that a
   *     close is noticed
   */
  List<FollowedStream> take(boolean idle) {
    var taken = new ArrayList<FollowedStream>();
    try {
      var first = idle ? joining.poll(IDLE_SECONDS, TimeUnit.SECONDS) : null;
      if (first != null) {
        taken.add(first);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    joining.drainTo(taken);
    return taken;
  }

  @Override
  public void close() {
    loop.close();
  }
}
