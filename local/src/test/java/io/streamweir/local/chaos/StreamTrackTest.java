package io.streamweir.local.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.schemas.TokenChunk;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StreamTrackTest {

  private static final long INCARNATION = 1;

  private final StreamTrack track = new StreamTrack();

  @Test
  void shouldFindTheLongestSilenceAfterATime() {
    token(0, 100);
    token(1, 200);
    token(2, 230);
    token(3, 900);
    token(4, 950);

    assertThat(track.longestSilence(millis(210)))
        .isEqualTo(new StreamTrack.Silence(millis(670), millis(900)));
    assertThat(track.longestSilence(millis(910)))
        .isEqualTo(new StreamTrack.Silence(millis(40), millis(950)));
  }

  @Test
  void shouldNotTakeARepetitionForAToken() {
    token(0, 100);
    token(1, 200);
    token(1, 400);

    assertThat(track.longestSilence(millis(150)))
        .isEqualTo(new StreamTrack.Silence(millis(50), millis(200)));
    assertThat(track.flows(millis(250), millis(450), millis(1000))).isFalse();
    assertThat(track.flows(millis(150), millis(450), millis(1000))).isTrue();
    assertThat(track.flows(millis(150), millis(1300), millis(1000))).isFalse();
  }

  @Test
  void shouldBeInFlightBetweenItsFirstAndItsLastChunk() {
    assertThat(track.inFlight()).isFalse();
    token(0, 100);
    assertThat(track.inFlight()).isTrue();

    track.accept(chunk(1).setFinishReason("length").build(), millis(200));

    assertThat(track.inFlight()).isFalse();
    assertThat(track.ended()).isTrue();
  }

  @Test
  void shouldEndAStreamThatHasAGap() {
    token(0, 100);

    token(5, 200);

    assertThat(track.ended()).isTrue();
  }

  private void token(int index, long atMillis) {
    track.accept(chunk(index).build(), millis(atMillis));
  }

  private static TokenChunk.Builder chunk(int index) {
    return TokenChunk.newBuilder()
        .setTenant("t")
        .setRequestId("r")
        .setIncarnation(INCARNATION)
        .setFirstIndex(index)
        .setTokenIds(List.of(index))
        .setText("x")
        .setTextOffset(index);
  }

  private static long millis(long value) {
    return TimeUnit.MILLISECONDS.toNanos(value);
  }
}
