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

  @Test
  void shouldTurnToolsAndTheirChoiceIntoThoseOfChats() {
    var request =
        parse(
                """
                {"model": "m", "input": "x", "parallel_tool_calls": false,
                 "tools": [{"type": "function", "name": "f", "description": "d", "strict": null,
                   "parameters": {"type": "object"}}],
                 "tool_choice": {"type": "function", "name": "f"}}""")
            .request();

    assertThat(request.getTools())
        .isEqualTo(
            "[{\"type\":\"function\",\"function\":"
                + "{\"name\":\"f\",\"description\":\"d\",\"parameters\":{\"type\":\"object\"}}}]");
    assertThat(request.getToolChoice())
        .isEqualTo("{\"type\":\"function\",\"function\":{\"name\":\"f\"}}");
    assertThat(request.getParallelToolCalls()).isFalse();
    var required = parse("{\"model\": \"m\", \"input\": \"x\", \"tool_choice\": \"required\"}");
    assertThat(required.request().getToolChoice()).isEqualTo("\"required\"");
  }

  @Test
  void shouldGatherTheCallsOfATurnInOneMessage() {
    var request =
        parse(
                """
                {"model": "m", "input": [
                   {"role": "user", "content": "a"},
                   {"type": "message", "role": "assistant", "content": "b"},
                   {"type": "function_call", "id": "fc_1", "status": "completed", "call_id": "c1",
                    "name": "f", "arguments": "{}"},
                   {"type": "function_call", "call_id": "c2", "name": "g", "arguments": "{\\"x\\":1}"},
                   {"type": "function_call_output", "call_id": "c1", "output": "r1"},
                   {"type": "function_call_output", "call_id": "c2",
                    "output": [{"type": "input_text", "text": "r2"}]},
                   {"type": "function_call", "call_id": "c3", "name": "f", "arguments": "{}"}]}""")
            .request();

    var messages = request.getMessages();
    assertThat(messages)
        .extracting(ChatMessage::getRole)
        .containsExactly("user", "assistant", "tool", "tool", "assistant");
    assertThat(messages)
        .extracting(ChatMessage::getContent)
        .containsExactly("a", "b", "r1", "r2", null);
    assertThat(messages)
        .extracting(ChatMessage::getToolCallId)
        .containsExactly(null, null, "c1", "c2", null);
    assertThat(messages.get(1).getToolCalls())
        .isEqualTo(
            "[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}},"
                + "{\"id\":\"c2\",\"type\":\"function\",\"function\":"
                + "{\"name\":\"g\",\"arguments\":\"{\\\"x\\\":1}\"}}]");
    assertThat(messages.get(4).getToolCalls()).contains("c3").doesNotContain("c2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "previous_response_id | \"input\": \"x\", \"previous_response_id\": \"r\"",
        "input | \"input\": []",
        "input[0].role | \"input\": [{\"content\": \"x\"}]",
        "input[0].type | \"input\": [{\"type\": \"reasoning\"}]",
        "input[0].call_id | \"input\": [{\"type\": \"function_call_output\", \"output\": \"x\"}]",
        "input[0].name | \"input\": [{\"type\": \"function_call\", \"call_id\": \"c\", \"arguments\": \"{}\"}]",
        "input[0].role | \"input\": [{\"type\": \"function_call_output\", \"call_id\": \"c\", \"output\": \"x\", \"role\": \"user\"}]",
        "tools[0].type | \"input\": \"x\", \"tools\": [{\"type\": \"web_search\"}]",
        "tool_choice.type | \"input\": \"x\", \"tool_choice\": {\"type\": \"file_search\"}",
        "tool_choice.name | \"input\": \"x\", \"tool_choice\": {\"type\": \"function\"}",
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
