package io.streamweir.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.engine.reference.RandomCheckpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCacheTest {
  private final Deque<Runnable> lingering = new ArrayDeque<>();
  private final ModelCache<String, Value> cache = new ModelCache<>(lingering::add);
  private int loads;

  private static final class Value implements AutoCloseable {
    private int closed;

    @Override
    public void close() {
      closed++;
    }
  }

  private ModelCache.Lease<Value> acquire(String key) {
    return cache.acquire(
        key,
        () -> {
          loads++;
          return new Value();
        });
  }

  private void passTime() {
    while (!lingering.isEmpty()) {
      lingering.remove().run();
    }
  }

  @Test
  void shouldLoadOnceWhenTwoLeaseTheSame() {
    var a = acquire("model");
    var b = acquire("model");
    assertThat(a.value()).isSameAs(b.value());
    assertThat(acquire("other").value()).isNotSameAs(a.value());
    assertThat(loads).isEqualTo(2);
  }

  @Test
  void shouldNotLoadAgainWhenATaskRestartsWithinTheLinger() {
    var first = acquire("model");
    Value value = first.value();
    first.close();
    var second = acquire("model");
    passTime();
    assertThat(second.value()).isSameAs(value);
    assertThat(value.closed).isZero();
    assertThat(loads).isEqualTo(1);
  }

  @Test
  void shouldFreeOnceWhenNobodyCameBack() {
    var a = acquire("model");
    var b = acquire("model");
    Value value = a.value();
    a.close();
    a.close();
    passTime();
    assertThat(value.closed).isZero();
    b.close();
    passTime();
    assertThat(value.closed).isEqualTo(1);
    assertThat(acquire("model").value()).isNotSameAs(value);
  }

  @Test
  void shouldLingerAnewWhenLeasedInBetween() {
    acquire("model").close();
    Runnable firstTimer = lingering.remove();
    var again = acquire("model");
    Value value = again.value();
    again.close();
    firstTimer.run();
    assertThat(value.closed).isZero();
    passTime();
    assertThat(value.closed).isEqualTo(1);
  }

  @Test
  void shouldTryAgainWhenLoadingFailed() {
    assertThatThrownBy(
            () ->
                cache.acquire(
                    "model",
                    () -> {
                      throw new IllegalStateException("disk gone");
                    }))
        .hasMessage("disk gone");
    passTime();
    assertThat(acquire("model").value()).isNotNull();
  }

  @Test
  void shouldBeAnotherModelWhenAFileOfItChanged(@TempDir Path directory) throws Exception {
    RandomCheckpoint.qwen2(1).write(directory);
    ModelKey before = ModelKey.of(directory, "float32");
    assertThat(ModelKey.of(directory, "float32")).isEqualTo(before);
    assertThat(ModelKey.of(directory, "int8")).isNotEqualTo(before);
    Files.setLastModifiedTime(directory.resolve("model.safetensors"), FileTime.fromMillis(1));
    ModelKey after = ModelKey.of(directory, "float32");
    assertThat(after).isNotEqualTo(before);
    Files.writeString(directory.resolve("tokenizer_config.json"), "{}");
    assertThat(ModelKey.of(directory, "float32")).isNotEqualTo(after);
  }
}
