package io.streamweir.gateway.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.TokenUsage;
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
    stats.answered("/r", 200, 1000);
    stats.resetLatencies();

    var json = GatewayClient.json(stats.json());
    assertThat(json.at("/added_ttft_ms/count").asInt()).isZero();
    assertThat(json.at("/answers/200").asInt()).isEqualTo(1);
  }

  @Test
  void shouldTellPrometheusWhatHappened() {
    stats.watch(() -> true);
    stats.tryBegin(1);
    stats.answered("/v1/messages", 429, TimeUnit.MILLISECONDS.toNanos(30));
    var timer = stats.timer(RECEIVED, true);
    timer.written(at(1050), chunk(500, 530));
    timer.written(at(1075), chunk(500, 550));
    var usage = TokenUsage.newBuilder().setPromptTokens(7).setCompletionTokens(3).build();
    timer.ended(TokenChunk.newBuilder(chunk(0, 0)).setFinishReason("stop").setUsage(usage).build());
    stats.timer(RECEIVED, true).disconnected();

    assertThat(stats.prometheus().lines())
        .contains(
            "weir_gateway_active_requests 1.0",
            "weir_gateway_ready 1.0",
            "weir_gateway_answers_seconds_count{route=\"/v1/messages\",status=\"429\"} 1",
            "weir_gateway_ttft_seconds_count 1",
            "weir_gateway_ttft_seconds_bucket{le=\"0.025\"} 0",
            "weir_gateway_ttft_seconds_bucket{le=\"0.05\"} 1",
            "weir_gateway_streams_total{reason=\"stop\"} 1.0",
            "weir_gateway_streams_total{reason=\"disconnected\"} 1.0",
            "weir_gateway_tokens_total{kind=\"prompt\"} 7.0",
            "weir_gateway_tokens_total{kind=\"completion\"} 3.0")
        .anyMatch(line -> line.startsWith("weir_gateway_added_ttft_seconds{quantile=\"0.99\"}"))
        .anyMatch(line -> line.startsWith("jvm_memory_used_bytes"));
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
