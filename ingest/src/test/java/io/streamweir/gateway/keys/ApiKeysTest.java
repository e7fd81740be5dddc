package io.streamweir.gateway.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streamweir.client.keys.KeyDigest;
import io.streamweir.gateway.http.ApiException;
import io.streamweir.schemas.ApiKey;
import io.streamweir.schemas.Quota;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ApiKeysTest {

  private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

  private final ApiKeys keys = new ApiKeys(() -> NOW);

  @Test
  void shouldKnowTheHolderOfAKeyInEitherHeader() {
    keys.replace(List.of(key(builder -> {})));

    assertThat(keys.caller("Bearer secret", null, Scope.GENERATE).tenant()).isEqualTo("shop");
    assertThat(keys.caller("bearer  secret ", null, Scope.MODELS).tenant()).isEqualTo("shop");
    assertThat(keys.caller(null, "secret", Scope.STREAMS).mayUse("any")).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {"-,-", "Bearer wrong,-", "Basic secret,-", "secret,-", "-,wrong", "Bearer ,-"})
  void shouldRefuseWhoeverHasNoKey(String authorization, String apiKey) {
    keys.replace(List.of(key(builder -> {})));

    assertStatus(401, () -> keys.caller(authorization, apiKey, Scope.GENERATE));
  }

  static List<Arguments> restrictions() {
    return List.of(
        restricted(401, builder -> builder.setDisabled(true)),
        restricted(401, builder -> builder.setExpiresAtMs(NOW.toEpochMilli())),
        restricted(200, builder -> builder.setExpiresAtMs(NOW.toEpochMilli() + 1)),
        restricted(403, builder -> builder.setScopes(List.of("models"))),
        restricted(403, builder -> builder.setScopes(List.of())),
        restricted(403, builder -> builder.setScopes(List.of("generates"))),
        restricted(200, builder -> builder.setScopes(List.of("models", "generate"))));
  }

  @ParameterizedTest
  @MethodSource("restrictions")
  void shouldHeedWhatRestrictsAKey(int status, Consumer<ApiKey.Builder> restriction) {
    keys.replace(List.of(key(restriction)));

    if (status == 200) {
      assertThat(keys.caller(null, "secret", Scope.GENERATE).tenant()).isEqualTo("shop");
    } else {
      assertStatus(status, () -> keys.caller(null, "secret", Scope.GENERATE));
    }
  }

  @Test
  void shouldTellWhenAKeyHasBecomeVoid() {
    keys.replace(List.of(key(builder -> builder.setModels(List.of("m")))));
    var caller = keys.caller(null, "secret", Scope.GENERATE);
    assertThatThrownBy(() -> caller.requireModel("other")).hasMessageContaining("'other'");
    assertThat(keys.isValid(caller.key().orElseThrow())).isTrue();

    keys.replace(List.of(key(builder -> builder.setDisabled(true))));
    assertThat(keys.isValid(caller.key().orElseThrow())).isFalse();

    keys.replace(List.of());
    assertThat(keys.isValid(caller.key().orElseThrow())).isFalse();
  }

  /** A gateway that has not read the keys must neither let in nor lock out. */
  @Test
  void shouldSayThatItDoesNotKnowYet() {
    assertStatus(503, () -> keys.caller(null, "secret", Scope.GENERATE));
  }

  @Test
  void shouldMakeKeysThatNobodyGuesses() {
    var one = KeyDigest.newKey();
    assertThat(one).matches("weir-[A-Za-z0-9_-]{43}").isNotEqualTo(KeyDigest.newKey());
    assertThat(KeyDigest.of("secret"))
        .isEqualTo("2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b");
  }

  private static Arguments restricted(int status, Consumer<ApiKey.Builder> restriction) {
    return Arguments.of(status, restriction);
  }

  private static ApiKey key(Consumer<ApiKey.Builder> more) {
    var builder =
        ApiKey.newBuilder()
            .setName("shop-1")
            .setTenant("shop")
            .setSha256(KeyDigest.of("secret"))
            .setQuota(new Quota(null, null, null));
    more.accept(builder);
    return builder.build();
  }

  private static void assertStatus(
      int status, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    var refusal = catchThrowableOfType(ApiException.class, call);
    assertThat(refusal.error().status()).isEqualTo(status);
    assertThat(refusal.error().message()).doesNotContain("secret");
  }
}
