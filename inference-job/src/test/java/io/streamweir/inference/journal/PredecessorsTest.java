package io.streamweir.inference.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.schemas.ChunkKind;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.TokenChunk;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PredecessorsTest {

  private static final RequestKey A = new RequestKey("t", "a");
  private static final RequestKey B = new RequestKey("t", "b");

  private final Predecessors predecessors = new Predecessors("d", key -> !key.equals(B));

  @Test
  void shouldContinueWhatTheStateKnows() {
    predecessors.expect(A, 2, 4, 0);
    read(A, 1, 1, 11, 12, 13);
    var released = predecessors.claim(A);
    assertThat(released.tokenIds()).containsExactly(12, 13);
    assertThat(released.isLost()).isFalse();
    assertThat(released.last()).isEmpty();
  }

  @Test
  void shouldBeginAtTheBeginningWhenTheStateDoesNotKnowTheRequest() {
    read(A, 1, 0, 10, 11);
    assertThat(predecessors.claim(A).tokenIds()).containsExactly(10, 11);
    assertThat(predecessors.claim(A).tokenIds()).as("claimed before").isEmpty();
  }

  @Test
  void shouldLetTheNewerOfTwoPredecessorsCount() {
    read(A, 1, 0, 10, 11);
    read(A, 2, 2, 22, 23);
    read(A, 1, 2, 99);
    read(A, 2, 4, 24);
    assertThat(predecessors.claim(A).tokenIds()).containsExactly(10, 11, 22, 23, 24);
    assertThat(predecessors.newestIncarnation()).isEqualTo(2);
  }

  @Test
  void shouldKnowHowAPredecessorEndedTheStream() {
    read(A, 1, 0, 10);
    predecessors.accept(chunk(A, 1, 1, 11).setFinishReason("stop").build());
    var released = predecessors.claim(A);
    assertThat(released.tokenIds()).containsExactly(10, 11);
    assertThat(released.last().orElseThrow().getFinishReason()).isEqualTo("stop");
  }

  @Test
  void shouldBeLostWhenTokensAreMissing() {
    predecessors.expect(A, 2, 4, 0);
    read(A, 1, 3, 13);
    assertThat(predecessors.claim(A).isLost()).isTrue();
  }

  @Test
  void shouldBeLostWhenAPredecessorStartedOver() {
    read(A, 1, 0, 10);
    predecessors.accept(chunk(A, 2, 0).setKind(ChunkKind.RESET).build());
    assertThat(predecessors.claim(A).isLost()).isTrue();
  }

  @Test
  void shouldIgnoreOtherDeploymentsAndRequestsThatDoNotConcernIt() {
    predecessors.accept(chunk(A, 1, 0, 10).setDeployment("other").build());
    read(B, 1, 0, 10);
    assertThat(predecessors.isEmpty()).isTrue();
    assertThat(predecessors.newestIncarnation()).isEqualTo(1);
  }

  @Test
  void shouldForgetWhatCannotComeAnyMore() {
    read(A, 1, 0, 10);
    predecessors.retain(key -> false);
    assertThat(predecessors.isEmpty()).isTrue();
  }

  private void read(RequestKey key, long incarnation, int firstIndex, int... tokens) {
    predecessors.accept(chunk(key, incarnation, firstIndex, tokens).build());
  }

  /** A token is two characters of text. */
  private static TokenChunk.Builder chunk(
      RequestKey key, long incarnation, int firstIndex, int... tokens) {
    return TokenChunk.newBuilder()
        .setRequestId(key.requestId())
        .setTenant(key.tenant())
        .setDeployment("d")
        .setIncarnation(incarnation)
        .setFirstIndex(firstIndex)
        .setTokenIds(IntStream.of(tokens).boxed().toList())
        .setText(String.join("", IntStream.of(tokens).mapToObj(Integer::toString).toList()))
        .setTextOffset(2 * firstIndex);
  }

  @Test
  void shouldReadTheTextThatBelongsToTheTokens() {
    predecessors.expect(A, 1, 2, 0);
    read(A, 1, 0, 10, 11, 12);
    assertThat(predecessors.claim(A))
        .extracting(Released::text, Released::tokenIds)
        .containsExactly("1112", List.of(11, 12));
  }
}
