package io.streamweir.gateway.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.streamweir.schemas.TokenChunk;
import io.streamweir.support.GatewayClient;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class GatewayStatsTest {

  private static final long RECEIVED = TimeUnit.MILLISECONDS.toNanos(1000);

  private final GatewayStats stats = new GatewayStats();

  @Test
  void shouldReportWhatWasAddedToTheEnginesOwnTime() {
    var timer = stats.timer(RECEIVED, true);
    timer.written(at(1050), chunk(500, 530));
    timer.written(at(1075), chunk(500, 550));

    var json = GatewayClient.json(stats.json());
    assertThat(json.at("/added_ttft_ms/count").asInt()).isEqualTo(1);
    assertThat(json.at("/added_ttft_ms/p50").asDouble()).isCloseTo(50 - 30, within(0.1));
    assertThat(json.at("/added_itl_ms/p99").asDouble()).isCloseTo(25 - 20, within(0.1));
  }

  @Test
  void shouldCountAGainAsZero() {
    var timer = stats.timer(RECEIVED, true);
    timer.written(at(1050), chunk(500, 530));
    timer.written(at(1051), chunk(500, 550));

    assertThat(GatewayClient.json(stats.json()).at("/added_itl_ms/max").asDouble()).isZero();
  }

  @Test
  void shouldLeaveOutWhatWouldDistortTheFigures() {
    stats.timer(RECEIVED, false).written(at(1050), chunk(500, 530));
    var timer = stats.timer(RECEIVED, true);
    timer.written(at(1050), chunk(0, 0));
    timer.written(at(1050), TokenChunk.newBuilder(chunk(500, 530)).setTokenIds(List.of()).build());

    assertThat(GatewayClient.json(stats.json()).at("/added_ttft_ms/count").asInt()).isZero();
  }

  @Test
  void shouldRefuseBeyondTheLimitAndNotForgetWhoEnded() {
    assertThat(stats.tryBegin(1)).isTrue();
    assertThat(stats.tryBegin(1)).isFalse();
    stats.end();
    assertThat(stats.tryBegin(1)).isTrue();
    assertThat(stats.active()).isEqualTo(1);
  }

  @Test
  void shouldForgetLatenciesWhenReset() {
    stats.timer(RECEIVED, true).written(at(1050), chunk(500, 530));
    stats.answered(200);
    stats.resetLatencies();

    var json = GatewayClient.json(stats.json());
    assertThat(json.at("/added_ttft_ms/count").asInt()).isZero();
    assertThat(json.at("/answers/200").asInt()).isEqualTo(1);
  }

  private static long at(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private static TokenChunk chunk(long submittedMs, long emittedMs) {
    return TokenChunk.newBuilder()
        .setRequestId("r")
        .setTokenIds(List.of(1))
        .setEngineSubmittedAtUs(submittedMs * 1000)
        .setEngineEmittedAtUs(emittedMs * 1000)
        .build();
  }
}
