package io.streamweir.flink.ha;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.runtime.persistence.StateHandleStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStateHandleStoreTest {

  @TempDir Path directory;

  @Test
  void shouldFindWhatItsPredecessorHasStored() throws Exception {
    store().addAndLock("b", "second");
    store().addAndLock("a", "first");
    store().replace("a", store().exists("a"), "first again");

    assertThat(store().getAllHandles()).containsExactly("a", "b");
    assertThat(store().getAndLock("a").retrieveState()).isEqualTo("first again");
    assertThat(store().getAllAndLock().get(1).f0.retrieveState()).isEqualTo("second");
  }

  @Test
  void shouldIgnoreWhatAWriterHasLeftThatDied() throws Exception {
    Files.writeString(directory.resolve("a.new"), "half of a");

    assertThat(store().getAllHandles()).isEmpty();
    assertThat(store().exists("a").isExisting()).isFalse();
    store().addAndLock("a", "whole");
    assertThat(store().getAndLock("a").retrieveState()).isEqualTo("whole");
  }

  @Test
  void shouldSayWhatIsThereAndWhatIsNot() throws Exception {
    store().addAndLock("a", "first");

    assertThatThrownBy(() -> store().addAndLock("a", "other"))
        .isInstanceOf(StateHandleStore.AlreadyExistException.class);
    assertThatThrownBy(() -> store().getAndLock("b"))
        .isInstanceOf(StateHandleStore.NotExistException.class);
    assertThatThrownBy(() -> store().replace("b", store().exists("b"), "other"))
        .isInstanceOf(StateHandleStore.NotExistException.class);
    assertThat(store().releaseAndTryRemove("a")).isTrue();
    assertThat(store().getAllHandles()).isEmpty();
  }

  @Test
  void shouldNeverGiveANumberTwiceWhateverDiesInBetween() throws Exception {
    var first = new FileCheckpointIdCounter(directory.resolve("counter"));
    first.start();
    var given = first.getAndIncrement();

    var second = new FileCheckpointIdCounter(directory.resolve("counter"));
    second.start();

    assertThat(second.getAndIncrement()).isEqualTo(given + 1);
  }

  private FileStateHandleStore<String> store() {
    return new FileStateHandleStore<>(directory);
  }
}
