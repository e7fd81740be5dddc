package io.streamweir.local.requests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.schemas.InferenceRequest;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestReaderTest {

  private static final RequestDefaults DEFAULTS =
      new RequestDefaults("small", "shop", true, 16, () -> "made-1");
  private static final RequestDefaults NO_MODEL =
      new RequestDefaults(null, "shop", true, 16, () -> "made-1");

  @Test
  void shouldFillInWhatTheLineLeavesOut() {
    var request = jsonl("{\"prompt\":\"hello\"}").get(0);

    assertThat(request.getRequestId()).isEqualTo("made-1");
    assertThat(request.getTenant()).isEqualTo("shop");
    assertThat(request.getModel()).isEqualTo("small");
    assertThat(request.getOffline()).isTrue();
    assertThat(request.getPrompt()).isEqualTo("hello");
    assertThat(request.getSampling().getMaxTokens()).isEqualTo(16);
    assertThat(request.getSampling().getTemperature()).isNull();
  }

  @Test
  void shouldLeaveTheLengthOpenWhenNobodySaysIt() {
    var defaults = new RequestDefaults("small", "shop", true, null, () -> "made-1");

    var request =
        RequestReader.jsonl(new StringReader("{\"prompt\":\"a\"}"), "test", defaults)
            .findFirst()
            .orElseThrow();

    assertThat(request.getSampling().getMaxTokens()).isNull();
  }

  @Test
  void shouldKeepWhatTheLineSays() {
    var request =
        jsonl(
                "{\"request_id\":\"a\",\"tenant\":\"t\",\"model\":\"m\",\"offline\":false,"
                    + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"max_tokens\":3,"
                    + "\"temperature\":0.5,\"top_p\":0.9,\"top_k\":4,\"seed\":7,\"stop\":\"x\","
                    + "\"deadline_ms\":99,\"metadata\":{\"k\":\"v\"}}")
            .get(0);

    assertThat(request.getRequestId()).isEqualTo("a");
    assertThat(request.getTenant()).isEqualTo("t");
    assertThat(request.getOffline()).isFalse();
    assertThat(request.getMessages()).hasSize(1);
    assertThat(request.getDeadlineMs()).isEqualTo(99L);
    assertThat(request.getMetadata()).isEqualTo(Map.of("k", "v"));
    assertThat(request.getSampling().getMaxTokens()).isEqualTo(3);
    assertThat(request.getSampling().getTopK()).isEqualTo(4);
    assertThat(request.getSampling().getSeed()).isEqualTo(7L);
    assertThat(request.getSampling().getStop()).containsExactly("x");
  }

  @Test
  void shouldUnderstandALineOfAnOpenAiBatchFile() {
    var request =
        jsonl(
                "{\"custom_id\":\"b1\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\","
                    + "\"body\":{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
                    + "\"max_completion_tokens\":5,\"stream\":false}}")
            .get(0);

    assertThat(request.getRequestId()).isEqualTo("b1");
    assertThat(request.getModel()).isEqualTo("m");
    assertThat(request.getSampling().getMaxTokens()).isEqualTo(5);
  }

  @Test
  void shouldNameTheLineWhenItIsNoJson() {
    assertThatThrownBy(() -> jsonl("{\"prompt\":\"a\"}\n\n{oops"))
        .isInstanceOf(BadRequestLineException.class)
        .hasMessageContaining("test.jsonl, line 3")
        .hasMessageContaining("{oops");
  }

  @Test
  void shouldNameTheFieldWhenItIsUnknownOrOfAnotherType() {
    assertThatThrownBy(() -> jsonl("{\"promt\":\"a\"}")).hasMessageContaining("[promt]");
    assertThatThrownBy(() -> jsonl("{\"prompt\":\"a\",\"max_tokens\":\"5\"}"))
        .hasMessageContaining("max_tokens")
        .hasMessageContaining("whole number");
    assertThatThrownBy(() -> jsonl("{\"prompt\":\"a\",\"seed\":1.5}")).hasMessageContaining("seed");
  }

  @Test
  void shouldAskForAModelWhenNobodyNamesOne() {
    assertThatThrownBy(
            () ->
                RequestReader.jsonl(new StringReader("{\"prompt\":\"a\"}"), "test", NO_MODEL)
                    .toList())
        .hasMessageContaining("--model");
  }

  @Test
  void shouldMakeAChatOfEachCsvRowAndMetadataOfTheOtherColumns() {
    var csv = "request_id,utterance,intent\nq1,\"where, please, is it\",track\n";

    var requests = RequestReader.csv(new StringReader(csv), "test.csv", null, DEFAULTS).toList();

    assertThat(requests).hasSize(1);
    assertThat(requests.get(0).getRequestId()).isEqualTo("q1");
    assertThat(requests.get(0).getMessages().get(0).getContent()).isEqualTo("where, please, is it");
    assertThat(requests.get(0).getMetadata()).isEqualTo(Map.of("intent", "track"));
  }

  @Test
  void shouldNameTheColumnsWhenNoneHoldsTheText() {
    assertThatThrownBy(
            () -> RequestReader.csv(new StringReader("a,b\n1,2\n"), "test.csv", null, DEFAULTS))
        .hasMessageContaining("[a, b]")
        .hasMessageContaining("--column");
  }

  private static List<InferenceRequest> jsonl(String text) {
    return RequestReader.jsonl(new StringReader(text), "test.jsonl", DEFAULTS).toList();
  }
}
