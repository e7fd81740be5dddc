package io.streamweir.gateway.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streamweir.gateway.http.ApiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiKeysTest {

  /** SHA-256 of "secret". */
  private static final String DIGEST =
      "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";

  private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

  @TempDir Path directory;

  @Test
  void shouldKnowTheHolderOfAKeyInEitherHeader() throws Exception {
    var keys = keys("");

    assertThat(keys.caller("Bearer secret", null, Scope.GENERATE).tenant()).isEqualTo("shop");
    assertThat(keys.caller("bearer  secret ", null, Scope.MODELS).tenant()).isEqualTo("shop");
    assertThat(keys.caller(null, "secret", Scope.STREAMS).mayUse("any")).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {"-,-", "Bearer wrong,-", "Basic secret,-", "secret,-", "-,wrong", "Bearer ,-"})
  void shouldRefuseWhoeverHasNoKey(String authorization, String apiKey) throws Exception {
    var keys = keys("");

    assertStatus(401, () -> keys.caller(authorization, apiKey, Scope.GENERATE));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "401 | \"disabled\": true",
        "401 | \"expires\": \"2026-06-01T00:00:00Z\"",
        "403 | \"scopes\": [\"models\"]",
        "403 | \"scopes\": []",
        "200 | \"expires\": \"2026-06-01T00:00:01Z\"",
        "200 | \"disabled\": false, \"scopes\": [\"generate\"]"
      })
  void shouldHeedWhatRestrictsAKey(int status, String restriction) throws Exception {
    var keys = keys(", " + restriction);

    if (status == 200) {
      assertThat(keys.caller(null, "secret", Scope.GENERATE)).isNotNull();
    } else {
      assertStatus(status, () -> keys.caller(null, "secret", Scope.GENERATE));
    }
  }

  @Test
  void shouldLetAKeyUseItsModelsOnly() throws Exception {
    var caller = keys(", \"models\": [\"a\", \"b\"]").caller(null, "secret", Scope.GENERATE);

    assertThat(caller.mayUse("b")).isTrue();
    assertStatus(403, () -> caller.requireModel("c"));
  }

  @Test
  void shouldNoticeThatTheFileHasChanged() throws Exception {
    var keys = keys("");

    write(", \"disabled\": true", 2);
    keys.refresh();
    assertStatus(401, () -> keys.caller(null, "secret", Scope.GENERATE));

    write("", 3);
    keys.refresh();
    assertThat(keys.caller(null, "secret", Scope.GENERATE)).isNotNull();
  }

  @Test
  void shouldKeepItsKeysWhenTheFileIsSpoilt() throws Exception {
    var keys = keys("");

    Files.writeString(file(), "{\"keys\": [");
    Files.setLastModifiedTime(file(), FileTime.fromMillis(2));
    keys.refresh();
    Files.delete(file());
    keys.refresh();

    assertThat(keys.caller(null, "secret", Scope.GENERATE)).isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "not JSON | {",
        "array 'keys' | {}",
        "keys[0].key must be one of | {\"keys\": [{\"key\": \"secret\"}]}",
        "keys[0].name must be given | {\"keys\": [{}]}",
        "a: sha256 must be | {\"keys\": [{\"name\": \"a\", \"sha256\": \"secret\"}]}",
        "a: tenant must be | {\"keys\": [{\"name\": \"a\", \"sha256\": \"DIGEST\", \"tenant\": \"a/b\"}]}",
        "scope 'all' must be | {\"keys\": [{\"name\": \"a\", \"sha256\": \"DIGEST\", \"tenant\": \"t\", \"scopes\": [\"all\"]}]}",
        "expires is 'soon' | {\"keys\": [{\"name\": \"a\", \"sha256\": \"DIGEST\", \"tenant\": \"t\", \"expires\": \"soon\"}]}",
        "stands there once | {\"keys\": [{\"name\": \"a\", \"sha256\": \"DIGEST\", \"tenant\": \"t\"}, {\"name\": \"b\", \"sha256\": \"DIGEST\", \"tenant\": \"t\"}]}"
      })
  void shouldSayWhatIsWrongWithAFile(String message, String text) throws Exception {
    Files.writeString(file(), text.replace("DIGEST", DIGEST));

    assertThatThrownBy(() -> ApiKeys.read(file(), () -> NOW))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("keys.file")
        .hasMessageContaining(message);
  }

  private ApiKeys keys(String more) throws IOException {
    write(more, 1);
    return ApiKeys.read(file(), () -> NOW);
  }

  private void write(String more, long modifiedMs) throws IOException {
    Files.writeString(
        file(),
        "{\"keys\": [{\"name\": \"shop-1\", \"tenant\": \"shop\", \"sha256\": \""
            + DIGEST
            + "\""
            + more
            + "}]}");
    Files.setLastModifiedTime(file(), FileTime.fromMillis(modifiedMs));
  }

  private Path file() {
    return directory.resolve("keys.json");
  }

  private static void assertStatus(
      int status, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    var refusal = catchThrowableOfType(ApiException.class, call);
    assertThat(refusal).as("a refusal").isNotNull();
    assertThat(refusal.error().status()).isEqualTo(status);
    assertThat(refusal.error().message()).doesNotContain("secret").doesNotContain(DIGEST);
  }
}
