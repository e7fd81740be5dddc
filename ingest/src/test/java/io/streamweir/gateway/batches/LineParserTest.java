package io.streamweir.gateway.batches;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.gateway.openai.ChatParameters;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineParserTest {

  private static final String PATH = "/v1/chat/completions";
  private static final String BODY = "{'model':'m','messages':[{'role':'user','content':'hi'}]}";
  private static final long EXPIRES = 5_000;

  private final LineParser parser = parser(null);

  @Test
  void shouldMakeARequestOfTheOfflineLane() {
    var parsed =
        parser.parse(line(17, line("a", PATH, BODY.replace("}]", "}],'metadata':{'k':'v'}"))));

    assertThat(parsed.runs()).isTrue();
    var request = parsed.request();
    assertThat(request.getRequestId()).isEqualTo("batch_x.17");
    assertThat(request.getTenant()).isEqualTo("shop");
    assertThat(request.getOffline()).isTrue();
    assertThat(request.getDeadlineMs()).isEqualTo(EXPIRES);
    assertThat(request.getReplyPartition()).isNull();
    assertThat(request.getMetadata())
        .isEqualTo(Map.of("k", "v", "weir.batch_id", "batch_x", "weir.custom_id", "a"));
  }

  @Test
  void shouldKeepADeadlineThatIsSooner() {
    assertThat(deadline("'deadline_ms':4000")).isEqualTo(4000);
    assertThat(deadline("'deadline_ms':6000")).isEqualTo(EXPIRES);
  }

  @Test
  void shouldRefuseACustomIdThatWasThere() {
    assertThat(parser.parse(line(1, line("a", PATH, BODY))).runs()).isTrue();
    var second = parser.parse(line(2, line("a", PATH, BODY)));

    assertThat(second.runs()).isFalse();
    assertThat(second.customId()).isEqualTo("a");
    assertThat(second.answered()).isFalse();
    assertThat(second.error().code()).isEqualTo("duplicate_custom_id");
    assertThat(parser.parse(line(3, line("b", PATH, BODY))).runs()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      delimiter = ';',
      value = {
        "{'custom_id':; invalid_json",
        "[]; invalid_json",
        "{'custom_id':'a','custom_id':'b'}; invalid_json",
        "{}; invalid_custom_id",
        "{'custom_id':1}; invalid_custom_id",
        "{'custom_id':''}; invalid_custom_id",
        "{'custom_id':'a','method':'GET'}; invalid_method",
        "{'custom_id':'a','method':'POST','url':'/v1/completions'}; mismatched_url",
        "{'custom_id':'a','method':'POST','url':'/v1/chat/completions'}; invalid_body",
        "{'custom_id':'a','priority':1}; unknown_parameter",
      })
  void shouldSayWhyALineIsNoRequest(String line, String code) {
    var parsed = parser.parse(line(1, line));

    assertThat(parsed.runs()).isFalse();
    assertThat(parsed.answered()).isFalse();
    assertThat(parsed.error().code()).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      delimiter = ';',
      value = {
        "'temperature':9; temperature",
        "'stream':true; stream",
        "'background':true; background",
        "'cancel_on_disconnect':false; cancel_on_disconnect",
        "'n':2; n",
        "'logprobs':true; logprobs",
        "'request_id':'mine'; request_id",
        "'nonsense':1; nonsense",
      })
  void shouldAnswerABodyThatIsRefusedAsItsRouteWould(String more, String param) {
    var parsed = parser.parse(line(1, line("a", PATH, BODY.replace("}]}", "}]," + more + "}"))));

    assertThat(parsed.runs()).isFalse();
    assertThat(parsed.answered()).isTrue();
    assertThat(parsed.customId()).isEqualTo("a");
    assertThat(parsed.error().status()).isEqualTo(400);
    assertThat(parsed.error().param()).isEqualTo(param);
  }

  @Test
  void shouldRefuseAModelThatTheKeyMayNotUse() {
    var parsed = parser(List.of("other")).parse(line(1, line("a", PATH, BODY)));

    assertThat(parsed.answered()).isTrue();
    assertThat(parsed.error().code()).isEqualTo("model_not_allowed");
  }

  @Test
  void shouldRefuseBytesThatAreNoTextAndLinesThatAreTooLong() {
    var bytes = new byte[] {'{', (byte) 0xff, '}'};
    assertThat(parser.parse(new InputLines.Line(1, bytes, 3, false)).error().code())
        .isEqualTo("invalid_text");
    assertThat(parser.parse(new InputLines.Line(1, bytes, 4, false)).error().code())
        .isEqualTo("line_too_large");
  }

  private long deadline(String more) {
    var body = BODY.replace("}]}", "}]," + more + "}");
    return parser
        .parse(line(1, line("id" + more.hashCode(), PATH, body)))
        .request()
        .getDeadlineMs();
  }

  private static LineParser parser(List<String> models) {
    return new LineParser(
        BatchInputs.batch("shop", PATH, models),
        ChatParameters.parser(() -> Instant.ofEpochMilli(1)));
  }

  private static String line(String id, String url, String body) {
    return "{'custom_id':'" + id + "','method':'POST','url':'" + url + "','body':" + body + "}";
  }

  private static InputLines.Line line(int number, String json) {
    var bytes = json.replace('\'', '"').getBytes(UTF_8);
    return new InputLines.Line(number, bytes, bytes.length, false);
  }
}
