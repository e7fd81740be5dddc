package io.streamweir.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchLineTest {

  @Test
  void shouldReadItsOwnRequestIds() {
    var line = new BatchLine("batch_nightly-2026_11", 100_000);

    assertThat(line.requestId()).isEqualTo("batch_nightly-2026_11.100000");
    assertThat(BatchLine.parse(line.requestId())).contains(line);
    assertThat(BatchLine.isBatch(line.batchId())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "batch_",
        "batch_a",
        "batch_a.",
        "batch_a.0",
        "batch_a.01",
        "batch_a.-1",
        "batch_a.1234567890",
        "batch_.1",
        "batch_a.1.1",
        "batch_a/b.1",
        "batches.1",
        "x"
      })
  void shouldTakeOtherRequestIdsForNone(String id) {
    assertThat(BatchLine.parse(id)).isEmpty();
    assertThat(BatchLine.isBatch(id + ".")).isFalse();
  }
}
