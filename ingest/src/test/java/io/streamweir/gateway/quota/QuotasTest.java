package io.streamweir.gateway.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streamweir.gateway.http.ApiException;
import io.streamweir.gateway.keys.Caller;
import io.streamweir.schemas.Quota;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.ResultStatus;
import io.streamweir.schemas.TenantPolicy;
import io.streamweir.schemas.TokenUsage;
import io.streamweir.schemas.UsageRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuotasTest {

  private static final Caller CALLER = Caller.anyone("t");
  private static final long START_MS = 1_800_000_000_000L;

  private long now = START_MS;
  private final Quotas quotas = new Quotas(() -> Instant.ofEpochMilli(now));

  @Test
  void shouldSayOfMoreChoicesThanTheQuotaEverAllowsThatTheyAreTooMany() {
    limit(new Quota(20L, null, 4L));

    var refused = refusal(5);

    assertThat(refused.error().status()).isEqualTo(400);
    assertThat(refused.error().param()).isEqualTo("n");
    assertThat(refused.error().message()).contains("may take 4").contains("'n' asks for 5");
    assertThat(quotas.take(CALLER, 4).requests()).isEqualTo(4);
  }

  @Test
  void shouldNotCountWhatWasGivenBack() {
    limit(new Quota(2L, null, null));

    quotas.take(CALLER, 2).giveBack();
    quotas.take(CALLER, 2);

    assertThat(refusal(1).error().status()).isEqualTo(429);
  }

  @Test
  void shouldCountARequestOfThisGatewayOnceAlsoIfASecondOneOfItWasGivenBack() {
    limit(new Quota(2L, null, null));
    quotas.sending(List.of(new RequestKey("t", "r")), quotas.take(CALLER, 1));
    quotas.take(CALLER, 1).giveBack();

    quotas.used(usage("r", now));

    assertThat(quotas.take(CALLER, 1).requests()).isEqualTo(1);
  }

  @Test
  void shouldLetATenantInAfterAMinuteAlsoIfTheClockOfAReplicaIsAhead() {
    limit(new Quota(null, 10L, null));
    quotas.used(usage("r", now + Duration.ofHours(1).toMillis()));
    assertThat(refusal(1).error().retryAfterSeconds()).isBetween(60L, 61L);

    now += Duration.ofSeconds(61).toMillis();

    assertThat(quotas.take(CALLER, 1).requests()).isEqualTo(1);
  }

  private ApiException refusal(int requests) {
    return catchThrowableOfType(ApiException.class, () -> quotas.take(CALLER, requests));
  }

  private void limit(Quota quota) {
    quotas.tenants(List.of(TenantPolicy.newBuilder().setTenant("t").setQuota(quota).build()));
  }

  private static UsageRecord usage(String id, long finishedAtMs) {
    return UsageRecord.newBuilder()
        .setRequestId(id)
        .setTenant("t")
        .setDeployment("d")
        .setStatus(ResultStatus.COMPLETED)
        .setUsage(TokenUsage.newBuilder().setPromptTokens(15).setCompletionTokens(5).build())
        .setFinishedAtMs(finishedAtMs)
        .build();
  }
}
