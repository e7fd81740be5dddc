package io.streamweir.models.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BatchTest {
  @Test
  void shouldPadOnTheRightAndWeighAnswersMoreThanPrompts() {
    Example shorter = new Example(List.of(1, 2, 3), 2);
    Example longer = new Example(List.of(4, 5, 6, 7), 3);
    Batch batch = Batch.of(List.of(shorter, longer), 0.5);

    assertThat(batch.rows()).isEqualTo(2);
    assertThat(batch.ids()).containsExactly(1, 2, 0, 4, 5, 6);
    assertThat(batch.positions()).containsExactly(0, 1, 3, 4, 5);
    assertThat(batch.targets()).containsExactly(2, 3, 5, 6, 7);
    assertThat(batch.importance()).containsExactly(0.5f, 1f, 0.5f, 0.5f, 1f);
  }
}
