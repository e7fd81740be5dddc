package io.streamweir.gateway.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.gateway.http.ApiException;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileFormTest {

  private static final Duration MOST = Duration.ofDays(30);

  @ParameterizedTest
  @ValueSource(strings = {"lines.jsonl", "Zeilen vom 3. M\u00e4rz (neu).jsonl", "..jsonl", "a"})
  void shouldTakeNames(String name) {
    assertThat(FileForm.filename(name)).isEqualTo(name);
  }

  static Stream<String> tricks() {
    return Stream.of(
        "",
        " ",
        ".",
        "..",
        "../../etc/passwd",
        "/etc/passwd",
        "C:\\windows\\win.ini",
        "a\u0000b",
        "a\nSet-Cookie: x",
        "x".repeat(256));
  }

  @ParameterizedTest
  @MethodSource("tricks")
  void shouldRefuseNamesThatLeadElsewhere(String name) {
    assertThatThrownBy(() -> FileForm.filename(name))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("file name");
  }

  @Test
  void shouldReadWhatStandsBesideTheFile() {
    var fields = MultiMap.caseInsensitiveMultiMap().add("purpose", "batch");
    assertThat(FileForm.of(fields, MOST).kept()).isEqualTo(MOST);

    fields.add("expires_after[anchor]", "created_at").add("expires_after[seconds]", "3600");
    assertThat(FileForm.of(fields, MOST).kept()).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void shouldRefuseFieldsThatAreWrong() {
    assertRefused(MultiMap.caseInsensitiveMultiMap(), "purpose");
    assertRefused(fields("purpose", "fine-tune"), "purpose");
    assertRefused(fields("purpose", "batch").add("file", "text"), "file");
    assertRefused(
        fields("purpose", "batch").add("expires_after[seconds]", "3600"), "expires_after[anchor]");
    assertRefused(
        fields("purpose", "batch")
            .add("expires_after[anchor]", "created_at")
            .add("expires_after[seconds]", "9"),
        "expires_after[seconds]");
  }

  private static MultiMap fields(String name, String value) {
    return MultiMap.caseInsensitiveMultiMap().add(name, value);
  }

  private static void assertRefused(MultiMap fields, String param) {
    assertThatThrownBy(() -> FileForm.of(fields, MOST))
        .isInstanceOfSatisfying(
            ApiException.class, refused -> assertThat(refused.error().param()).isEqualTo(param));
  }
}
