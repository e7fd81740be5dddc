package io.streamweir.gateway.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streamweir.gateway.generation.Submission;
import io.streamweir.gateway.http.ApiException;
import io.streamweir.schemas.ChatMessage;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResponsesParametersTest {

  @Test
  void shouldMakeMessagesOfInputAndInstructions() {
    var request =
        parse(
                """
                {"model": "m", "input": [
                   {"role": "developer", "content": "d"},
                   {"type": "message", "role": "user", "content": [
                     {"type": "input_text", "text": "a"}, {"type": "input_text", "text": "b"}]},
                   {"id": "msg_1", "type": "message", "status": "completed", "role": "assistant",
                    "content": [{"type": "output_text", "text": "c", "annotations": []}]}],
                 "instructions": "i", "max_output_tokens": 9, "store": true}""")
            .request();

    assertThat(request.getMessages())
        .extracting(ChatMessage::getRole)
        .containsExactly("system", "system", "user", "assistant");
    assertThat(request.getMessages())
        .extracting(ChatMessage::getContent)
        .containsExactly("i", "d", "ab", "c");
    assertThat(request.getSampling().getMaxTokens()).isEqualTo(9);
  }

  @Test
  void shouldTurnTheFormatIntoThatOfChats() {
    var request =
        parse(
                """
                {"model": "m", "input": "x", "text": {"format":
                  {"type": "json_schema", "name": "n", "strict": true, "schema": {"type": "object"}}}}""")
            .request();

    assertThat(request.getSampling().getResponseFormat())
        .isEqualTo(
            "{\"type\":\"json_schema\",\"json_schema\":"
                + "{\"name\":\"n\",\"strict\":true,\"schema\":{\"type\":\"object\"}}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "previous_response_id | \"input\": \"x\", \"previous_response_id\": \"r\"",
        "input | \"input\": []",
        "input[0].role | \"input\": [{\"content\": \"x\"}]",
        "input[0].type | \"input\": [{\"type\": \"function_call_output\"}]",
        "input[0].content[0].type | \"input\": [{\"role\": \"user\", \"content\": [{\"type\": \"input_image\"}]}]",
        "text.format.type | \"input\": \"x\", \"text\": {\"format\": {\"type\": \"xml\"}}",
        "text.colour | \"input\": \"x\", \"text\": {\"colour\": 1}",
        "include | \"input\": \"x\", \"include\": [\"file_search_call.results\"]",
        "max_output_tokens | \"input\": \"x\", \"max_output_tokens\": 0"
      })
  void shouldNameWhatItRefuses(String param, String body) {
    var refusal =
        catchThrowableOfType(
            ApiException.class, () -> parse("{\"model\": \"m\", " + body.strip() + "}"));

    assertThat(refusal.error().status()).isEqualTo(400);
    assertThat(refusal.error().param()).isEqualTo(param.strip());
  }

  private static Submission parse(String body) {
    return ResponsesParameters.parser(() -> Instant.EPOCH).parse(body, "t", "id");
  }
}
