package io.streamweir.local.flink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class FlinkErrorsTest {

  @Test
  void shouldTellTheInnermostCauseWhenThereAreSeveral() {
    var trace =
        """
        org.apache.flink.runtime.rest.handler.RestHandlerException: Could not execute application.
        \tat org.apache.flink.Some.method(Some.java:1)
        Caused by: java.util.concurrent.CompletionException: outer
        \t... 2 more
        Caused by: io.streamweir.config.ConfigException: Unknown setting 'x'
        \t... 6 more
        """;

    assertThat(FlinkErrors.cause(trace))
        .isEqualTo("io.streamweir.config.ConfigException: Unknown setting 'x'");
  }

  @Test
  void shouldTellTheFirstLineWhenThereIsNoCause() {
    assertThat(FlinkErrors.cause("java.lang.Exception: gone\n\tat x"))
        .isEqualTo("java.lang.Exception: gone");
  }

  @Test
  void shouldReadTheLastErrorWhenAResponseHasSeveral() throws Exception {
    var response =
        new ObjectMapper().readTree("{\"errors\": [\"Internal server error.\", \"a: b\"]}");

    assertThat(FlinkErrors.cause(response)).isEqualTo("a: b");
  }
}
