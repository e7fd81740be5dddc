package io.streamweir.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.core.ModelFacts;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReproducibilityFindingsTest {
  private static final ModelKey MODEL = new ModelKey(Path.of("m"), List.of("a:1:1"), "FLOAT32");
  private static final EngineConfig CONFIG = EngineConfig.forCpu(Path.of("m"), 1);
  private static final ModelFacts FACTS = new ModelFacts("djl", 100, 512, Set.of(), 40);

  private final ReproducibilityFindings findings = new ReproducibilityFindings();
  private final AtomicInteger checks = new AtomicInteger();

  private Optional<String> find(ModelKey model, EngineConfig config) {
    return findings.get(
        ReproducibilityFindings.Key.of(model, FACTS, config),
        () -> Optional.of("finding " + checks.incrementAndGet()));
  }

  @Test
  void shouldNotCheckAgainWhatWasFoundOfTheSameEngine() {
    assertThat(find(MODEL, CONFIG)).contains("finding 1");
    assertThat(find(MODEL, CONFIG.withOfflineShare(3, 3))).contains("finding 1");
  }

  @Test
  void shouldCheckAgainWhenWhatItDependsOnDiffers() {
    find(MODEL, CONFIG);
    find(new ModelKey(Path.of("m"), List.of("a:1:2"), "FLOAT32"), CONFIG);
    find(new ModelKey(Path.of("m"), List.of("a:1:1"), "INT8"), CONFIG);
    find(MODEL, EngineConfig.forCpu(Path.of("m"), 2));
    find(MODEL, CONFIG.withLimits(0, 8, 512));
    find(MODEL, CONFIG.withLimits(0, 32, 64));
    find(MODEL, CONFIG.withKvCache(1 << 20, 32));

    assertThat(checks).hasValue(7);
  }

  @Test
  void shouldCheckAgainAfterACheckThatDidNotEnd() {
    assertThatThrownBy(
            () ->
                findings.get(
                    ReproducibilityFindings.Key.of(MODEL, FACTS, CONFIG),
                    () -> {
                      throw new IllegalStateException("out of memory");
                    }))
        .hasMessage("out of memory");
    assertThat(find(MODEL, CONFIG)).contains("finding 1");
  }
}
