package io.streamweir.gateway.batches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streamweir.gateway.http.ApiException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchOrderTest {

  private static final Duration KEPT = Duration.ofDays(30);

  @Test
  void shouldReadAnOrder() {
    var order =
        parse(
            "{'input_file_id':'f','endpoint':'/v1/a','completion_window':'24h','metadata':{'k':'v'},"
                + "'output_expires_after':{'anchor':'created_at','seconds':7200}}");

    assertThat(order.inputFileId()).isEqualTo("f");
    assertThat(order.time()).isEqualTo(Duration.ofHours(24));
    assertThat(order.metadata()).isEqualTo(Map.of("k", "v"));
    assertThat(order.outputKept()).isEqualTo(Duration.ofHours(2));
  }

  @ParameterizedTest
  @CsvSource({"30s,30", "90m,5400", "1h,3600"})
  void shouldTakeShorterWindows(String window, long seconds) {
    var order =
        parse("{'input_file_id':'f','endpoint':'/v1/a','completion_window':'" + window + "'}");

    assertThat(order.time()).isEqualTo(Duration.ofSeconds(seconds));
    assertThat(order.outputKept()).isEqualTo(KEPT);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      delimiter = ';',
      value = {
        "'endpoint':'/v1/a','completion_window':'24h'; input_file_id",
        "'input_file_id':'f','completion_window':'24h'; endpoint",
        "'input_file_id':'f','endpoint':'/v1/b','completion_window':'24h'; endpoint",
        "'input_file_id':'f','endpoint':'/v1/a'; completion_window",
        "'input_file_id':'f','endpoint':'/v1/a','completion_window':'25h'; completion_window",
        "'input_file_id':'f','endpoint':'/v1/a','completion_window':'-1h'; completion_window",
        "'input_file_id':'f','endpoint':'/v1/a','completion_window':'1h','x':1; x",
        "'input_file_id':'f','endpoint':'/v1/a','completion_window':'1h','metadata':{'k':1};"
            + " metadata.k",
        "'input_file_id':'f','endpoint':'/v1/a','completion_window':'1h','output_expires_after':"
            + "{'anchor':'created_at','seconds':1}; output_expires_after.seconds",
      })
  void shouldNameWhatIsWrong(String fields, String param) {
    var refused = catchThrowableOfType(ApiException.class, () -> parse("{" + fields + "}")).error();

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.param()).isEqualTo(param);
  }

  private static BatchOrder parse(String json) {
    return BatchOrder.parse(json.replace('\'', '"'), Set.of("/v1/a"), KEPT);
  }
}
