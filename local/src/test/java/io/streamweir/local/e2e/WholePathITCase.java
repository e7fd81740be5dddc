package io.streamweir.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.Lane;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.ResultStatus;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.UsageRecord;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedStack.class)
class WholePathITCase {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String QUESTION = "i want assistance to cancel order 732201349959";

  private final HttpClient http = HttpClient.newHttpClient();
  private final RunningStack stack;

  WholePathITCase(RunningStack stack) {
    this.stack = stack;
  }

  @Test
  void shouldTurnEventsOfBothLanesIntoOneResultAndOneUsageRecordEach() throws Exception {
    var keys = new HashSet<RequestKey>();
    for (int i = 0; i < 60; i++) {
      keys.add(
          stack.send(
              RunningStack.chat("where is my order " + (732201349900L + i) + "?")
                  .setOffline(i % 3 != 0)
                  .setTenant("shop-" + i % 2)
                  .build()));
    }

    try (var results = stack.results();
        var usage = stack.usage()) {
      var ours = results.await(60, result -> keys.contains(key(result)));
      var bills = usage.await(60, record -> keys.contains(key(record)));

      assertThat(ours).hasSize(60).allMatch(result -> result.getStatus() == ResultStatus.COMPLETED);
      assertThat(ours.stream().filter(result -> result.getLane() == Lane.ONLINE)).hasSize(20);
      assertThat(ours).extracting(WholePathITCase::key).containsExactlyInAnyOrderElementsOf(keys);
      assertThat(bills).extracting(WholePathITCase::key).containsExactlyInAnyOrderElementsOf(keys);
      var billed =
          bills.stream()
              .collect(
                  Collectors.toMap(
                      WholePathITCase::key, record -> record.getUsage().getCompletionTokens()));
      var tokens = stack.tokens(keys);
      for (var result : ours) {
        assertStreamEquals(tokens.get(key(result)), result);
        assertThat(billed).containsEntry(key(result), result.getTokenIds().size());
      }
    }
  }

  @Test
  void shouldHaveALogOfTheLedgerThatSaysWhatItDoes() throws Exception {
    var log = stack.stack().data().logs().resolve("ledger.log");

    assertThat(Files.readString(log))
        .contains("Queries are answered")
        .doesNotContain("Reconfiguration failed");
  }

  @Test
  void shouldAnswerAnOpenAiClientWithTheIntent() throws Exception {
    var response = post("/v1/chat/completions", body(QUESTION, false));

    assertThat(response.statusCode()).isEqualTo(200);
    var answer = JSON.readTree(response.body());
    var content = JSON.readTree(answer.at("/choices/0/message/content").asText());
    assertThat(content.path("intent").asText()).isEqualTo("cancel_order");
    assertThat(content.toString()).contains("732201349959");
    assertThat(answer.at("/usage/completion_tokens").asInt()).isPositive();
    assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
  }

  @Test
  void shouldStreamTheSameTextThatItAnswersAtOnce() throws Exception {
    var whole = JSON.readTree(post("/v1/chat/completions", body(QUESTION, false)).body());

    var response = post("/v1/chat/completions", body(QUESTION, true));

    assertThat(response.statusCode()).isEqualTo(200);
    var events =
        response
            .body()
            .lines()
            .filter(line -> line.startsWith("data: "))
            .map(line -> line.substring(6))
            .toList();
    assertThat(events.get(events.size() - 1)).isEqualTo("[DONE]");
    var pieces = new ArrayList<JsonNode>();
    for (var event : events.subList(0, events.size() - 1)) {
      pieces.add(JSON.readTree(event));
    }
    assertThat(
            pieces.stream()
                .map(piece -> piece.at("/choices/0/delta/content").asText())
                .collect(Collectors.joining()))
        .isEqualTo(whole.at("/choices/0/message/content").asText());
    assertThat(pieces.get(pieces.size() - 1).at("/usage/completion_tokens"))
        .isEqualTo(whole.at("/usage/completion_tokens"));
  }

  @Test
  void shouldKeepTheAnswerWithinASchemaThatTheModelWouldNotFollow() throws Exception {
    var schema =
        """
        {"type": "object", "properties": {"mood": {"enum": ["calm", "angry"]}, "score":
         {"type": "integer", "minimum": 1, "maximum": 5}}, "required": ["mood", "score"],
         "additionalProperties": false}""";
    var body = (ObjectNode) JSON.readTree(body(QUESTION, false));
    body.putObject("response_format")
        .put("type", "json_schema")
        .putObject("json_schema")
        .put("name", "mood")
        .put("strict", true)
        .set("schema", JSON.readTree(schema));

    var response = post("/v1/chat/completions", body.toString());

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    var choice = JSON.readTree(response.body()).at("/choices/0");
    var answer = JSON.readTree(choice.at("/message/content").asText());
    assertThat(choice.path("finish_reason").asText()).isEqualTo("stop");
    assertThat(answer.path("mood").asText()).isIn("calm", "angry");
    assertThat(answer.path("score").asInt()).isBetween(1, 5);
    assertThat(answer).hasSize(2);
  }

  @Test
  void shouldMakeTheModelCallAToolThatItDoesNotKnow() throws Exception {
    var tools =
        """
        [{"type": "function", "function": {"name": "cancel", "parameters": {"type": "object",
          "properties": {"order": {"type": "string", "pattern": "^[0-9]{4,12}$"},
            "reason": {"enum": ["late", "broken"]}}, "required": ["order", "reason"],
          "additionalProperties": false}}}]""";
    var body = (ObjectNode) JSON.readTree(body(QUESTION, false));
    body.put("tool_choice", "required").put("parallel_tool_calls", false);
    body.set("tools", JSON.readTree(tools));

    var response = post("/v1/chat/completions", body.toString());

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    var choice = JSON.readTree(response.body()).at("/choices/0");
    assertThat(choice.path("finish_reason").asText()).isEqualTo("tool_calls");
    assertThat(choice.at("/message/tool_calls")).hasSize(1);
    assertThat(choice.at("/message/tool_calls/0/function/name").asText()).isEqualTo("cancel");
    var arguments = JSON.readTree(choice.at("/message/tool_calls/0/function/arguments").asText());
    assertThat(arguments.path("order").asText()).matches("[0-9]{4,12}");
    assertThat(arguments.path("reason").asText()).isIn("late", "broken");
    assertThat(arguments).hasSize(2);

    var streamed = post("/v1/chat/completions", body.put("stream", true).toString()).body();
    var pieces = new StringBuilder();
    for (var line : streamed.lines().filter(it -> it.startsWith("data: {")).toList()) {
      pieces.append(
          JSON.readTree(line.substring(6))
              .at("/choices/0/delta/tool_calls/0/function/arguments")
              .asText(""));
    }
    assertThat(JSON.readTree(pieces.toString())).isEqualTo(arguments);
  }

  @Test
  void shouldRefuseASchemaThatCannotBeFollowedAndSayWhere() throws Exception {
    var body = (ObjectNode) JSON.readTree(body(QUESTION, false));
    body.putObject("response_format")
        .put("type", "json_schema")
        .putObject("json_schema")
        .putObject("schema")
        .putObject("not");

    var response = post("/v1/chat/completions", body.toString());

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(JSON.readTree(response.body()).at("/error/message").asText()).contains("'not'");
  }

  @Test
  void shouldListTheModelAndShowTheJobUnderItsName() throws Exception {
    var models = JSON.readTree(get(stack.stack().settings().gatewayUrl() + "/v1/models"));
    assertThat(models.path("data").findValuesAsText("id")).contains(RunningStack.MODEL);

    var jobs = JSON.readTree(get(stack.stack().settings().flinkUrl() + "/jobs/overview"));
    var names = new ArrayList<String>();
    jobs.path("jobs").forEach(job -> names.add(job.path("name").asText()));
    assertThat(names).contains("router").anyMatch(name -> name.startsWith(RunningStack.MODEL));
  }

  /** The log, read by the reader's rule, holds exactly the tokens and the text of the result. */
  private static void assertStreamEquals(List<TokenChunk> chunks, InferenceResult result) {
    assertThat(chunks.stream().flatMap(chunk -> chunk.getTokenIds().stream()).toList())
        .isEqualTo(result.getTokenIds());
    assertThat(chunks.stream().map(TokenChunk::getText).collect(Collectors.joining()))
        .isEqualTo(result.getText());
    assertThat(chunks.get(chunks.size() - 1).getFinishReason()).isEqualTo(result.getFinishReason());
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(stack.stack().settings().gatewayUrl() + path))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private String get(String url) throws Exception {
    var response =
        http.send(
            HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
    return response.body();
  }

  private static String body(String text, boolean stream) {
    return """
        {"model": "%s", "temperature": 0, "stream": %s%s,
         "messages": [{"role": "user", "content": "%s"}]}
        """
        .formatted(
            RunningStack.MODEL,
            stream,
            stream ? ", \"stream_options\": {\"include_usage\": true}" : "",
            text);
  }

  private static RequestKey key(InferenceResult result) {
    return new RequestKey(result.getTenant(), result.getRequestId());
  }

  private static RequestKey key(UsageRecord record) {
    return new RequestKey(record.getTenant(), record.getRequestId());
  }
}
