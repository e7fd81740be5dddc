package io.streamweir.gateway.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.gateway.http.ApiException;
import io.streamweir.gateway.http.ByteBudget;
import io.streamweir.schemas.TokenCandidate;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.TokenLogprob;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class CollectedTest {

  private static final long LIMIT = 1 << 20;

  private final ByteBudget budget = new ByteBudget(LIMIT);

  @Test
  void shouldGiveWhatWasAdded() {
    var collected = new Collected(budget);
    collected.add(chunk("a", 0));
    var last = chunk("b", 1);
    collected.add(last);

    var completion = collected.complete(last);

    assertThat(completion.text()).isEqualTo("ab");
    assertThat(completion.logprobs()).hasSize(1);
  }

  @Test
  void shouldShareItsMemoryWithAllOthersAndGiveItBack() {
    var one = new Collected(budget);
    var other = new Collected(budget);
    var chunk = chunk("a", 20);
    assertThatThrownBy(
            () -> {
              while (true) {
                one.add(chunk);
              }
            })
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("all of the gateway's 1048576 bytes")
        .hasMessageContaining("answer.total-limit");
    assertThat(one.bytes()).isGreaterThan(LIMIT - 20 * 1000).isLessThanOrEqualTo(LIMIT);
    assertThatThrownBy(() -> other.add(chunk)).isInstanceOf(ApiException.class);

    one.clear();

    assertThat(one.bytes()).isZero();
    other.add(chunk);
    assertThat(other.complete(chunk).logprobs()).hasSize(1);
  }

  /** One token with so many alternatives; with none, without log-probabilities. */
  private static TokenChunk chunk(String text, int alternatives) {
    var chunk = TokenChunk.newBuilder().setRequestId("r").setText(text);
    if (alternatives > 0) {
      var candidate = new TokenCandidate(7, ByteBuffer.allocate(3), -1f);
      chunk.setLogprobs(
          List.of(
              TokenLogprob.newBuilder()
                  .setTokenId(7)
                  .setLogprob(-1)
                  .setTop(Collections.nCopies(alternatives, candidate))
                  .build()));
    }
    return chunk.build();
  }
}
