package io.streamweir.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.local.terminal.WeirException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackLockTest {

  private static final Duration NONE = Duration.ZERO;
  private static final Duration ENOUGH = Duration.ofSeconds(20);

  @TempDir Path directory;

  @Test
  void shouldDoNothingWhenAnotherHoldsIt() {
    var file = directory.resolve("lock");

    var outer =
        new StackLock(file)
            .tryHolding(
                () -> {
                  assertThat(new StackLock(file).tryHolding(StackLockTest::fail)).isFalse();
                  assertThatThrownBy(() -> new StackLock(file).holding(NONE, StackLockTest::fail))
                      .isInstanceOf(WeirException.class)
                      .hasMessageContaining(directory.toString());
                });

    assertThat(outer).isTrue();
  }

  /** Ends with 0 if it gets the lock of the file that it is given. */
  static final class OtherProcess {
    public static void main(String[] arguments) {
      System.exit(new StackLock(Path.of(arguments[0])).tryHolding(() -> {}) ? 0 : 1);
    }
  }

  @Test
  void shouldKeepItFromOtherProcessesThoughThisOneHasTriedTwice() {
    var file = directory.resolve("lock");
    var statuses = new ArrayList<Integer>();

    new StackLock(file)
        .tryHolding(
            () -> {
              assertThat(new StackLock(file).tryHolding(StackLockTest::fail)).isFalse();
              statuses.add(otherProcess(file));
            });
    statuses.add(otherProcess(file));

    assertThat(statuses).containsExactly(1, 0);
  }

  @Test
  void shouldGetItWhenTheOtherIsDone() throws Exception {
    var lock = new StackLock(directory.resolve("lock"));
    var held = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var other =
        CompletableFuture.runAsync(
            () ->
                lock.tryHolding(
                    () -> {
                      held.countDown();
                      await(release);
                    }));
    await(held);
    assertThat(lock.tryHolding(StackLockTest::fail)).isFalse();

    release.countDown();
    var done = new CompletableFuture<Void>();
    lock.holding(ENOUGH, () -> done.complete(null));

    assertThat(done).isCompleted();
    other.join();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int otherProcess(Path file) {
    try {
      return new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-cp",
              System.getProperty("java.class.path"),
              OtherProcess.class.getName(),
              file.toString())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void fail() {
    throw new AssertionError("ran without the lock");
  }
}
