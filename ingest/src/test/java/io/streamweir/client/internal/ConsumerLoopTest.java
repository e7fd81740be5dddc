package io.streamweir.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.support.Await;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.junit.jupiter.api.Test;

class ConsumerLoopTest {

  private static final int FAILURES = 5;

  /** Work that fails in its second turn each time is as broken as work that fails in its first. */
  @Test
  void shouldPauseLongerWhenItFailsAgainAfterAGoodTurn() throws Exception {
    var work = new Failing();
    var began = System.nanoTime();
    try (var loop = new ConsumerLoop("failing", () -> new MockConsumer<>("earliest"), work)) {
      loop.start();
      assertThat(work.opened.await(Await.TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
    var pauses = Duration.ofNanos(System.nanoTime() - began);
    assertThat(pauses).isGreaterThan(Duration.ofMillis(50 + 100 + 200 + 400 + 800));
  }

  private static final class Failing implements ConsumerLoop.Work {
    final CountDownLatch opened = new CountDownLatch(FAILURES + 1);
    private boolean fails;

    @Override
    public void open(Consumer<byte[], byte[]> consumer) {
      fails = false;
      opened.countDown();
    }

    @Override
    public void turn(Consumer<byte[], byte[]> consumer) {
      if (fails) {
        throw new IllegalStateException("again");
      }
      fails = true;
    }
  }
}
