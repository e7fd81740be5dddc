package io.streamweir.gateway.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamweir.gateway.anthropic.CountTokens;
import io.streamweir.gateway.anthropic.MessagesParameters;
import io.streamweir.gateway.batches.BatchInputs;
import io.streamweir.gateway.files.FormInputs;
import io.streamweir.gateway.generation.StreamPosition;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import io.streamweir.gateway.http.BodyReader;
import io.streamweir.gateway.openai.ChatParameters;
import io.streamweir.gateway.openai.CompletionParameters;
import io.streamweir.gateway.parameters.RequestParser;
import io.streamweir.gateway.responses.ResponsesParameters;
import io.streamweir.gateway.streams.RequestIds;
import io.streamweir.schemas.InferenceRequest;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A parser of the gateway that takes its input or refuses it with a status of 4xx and a message,
 * whatever comes. What it takes, Avro can write.
 *
 * @param good inputs that it takes
 */
record Target(String name, List<String> good, Parser parser) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochMilli(1_700_000L));
  private static final String CHAT_PATH = "/v1/chat/completions";
  private static final int MOST_LINES = 3;
  private static final List<String> NOT_IN_A_BATCH =
      List.of(
          "\"stream\":true,\"stream_options\":{\"include_usage\":true},\"n\":2,",
          "\"logprobs\":true,\"top_logprobs\":2,",
          "\n");

  /** Takes an input. */
  interface Parser {

    /**
     * @throws ApiException if it refuses
     */
    void parse(byte[] input) throws IOException;
  }

  private static final String CHAT =
      """
      {"model":"m","stream":true,"stream_options":{"include_usage":true},"n":2,"seed":7,
       "messages":[{"role":"system","content":"be brief","name":"boss"},
         {"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},
         {"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function",
           "function":{"name":"f","arguments":"{\\"a\\":1}"}}]},
         {"role":"tool","tool_call_id":"call_1","content":"42"}],
       "max_completion_tokens":100,"temperature":0.5,"top_p":0.9,"top_k":40,"min_p":0.1,
       "stop":["x","y"],"logit_bias":{"5":-1.5},"logprobs":true,"top_logprobs":2,
       "presence_penalty":0.1,"frequency_penalty":-0.1,"user":"u","metadata":{"a":"b"},
       "tools":[{"type":"function","function":{"name":"f","description":"d","strict":true,
         "parameters":{"type":"object","properties":{"a":{"type":"integer"}}}}}],
       "tool_choice":"auto","parallel_tool_calls":true,
       "response_format":{"type":"json_schema","json_schema":{"name":"s","strict":true,
         "schema":{"type":"object","properties":{"a":{"enum":[1,2]}},"required":["a"]}}},
       "chat_template_kwargs":{"enable_thinking":false}}""";

  private static final String COMPLETION =
      """
      {"model":"m","prompt":"p","max_tokens":16,"temperature":0,"top_p":1,"n":1,"stream":false,
       "stop":"x","seed":1,"logprobs":2,"echo":false,"suffix":null,"best_of":1,"user":"u",
       "logit_bias":{},"presence_penalty":0,"frequency_penalty":0}""";

  private static final String MESSAGES =
      """
      {"model":"m","max_tokens":10,"system":[{"type":"text","text":"s"}],"stream":true,
       "messages":[{"role":"user","content":"a"},
         {"role":"assistant","content":[{"type":"text","text":"b"},
           {"type":"tool_use","id":"toolu_1","name":"f","input":{"a":1}}]},
         {"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"42"}]}],
       "temperature":0.5,"top_p":0.9,"top_k":5,"stop_sequences":["x"],"metadata":{"user_id":"u"},
       "tools":[{"name":"f","description":"d","input_schema":{"type":"object"}}],
       "tool_choice":{"type":"auto"},"thinking":{"type":"enabled","budget_tokens":1024}}""";

  private static final String COUNTED =
      """
      {"model":"m","system":"s","messages":[{"role":"user","content":"a"}],"request_id":"r",
       "tools":[{"name":"f","description":"d","input_schema":{"type":"object"}}],
       "tool_choice":{"type":"any","disable_parallel_tool_use":true},
       "thinking":{"type":"disabled"},"accelerator":"cpu","chat_template_kwargs":{"a":1}}""";

  private static final String RESPONSE =
      """
      {"model":"m","input":[{"role":"user","content":[{"type":"input_text","text":"a"}]},
         {"type":"function_call","call_id":"call_1","name":"f","arguments":"{}"},
         {"type":"function_call_output","call_id":"call_1","output":"42"},
         {"type":"message","id":"msg_1","status":"completed","role":"assistant","content":"b"}],
       "instructions":"be brief","max_output_tokens":10,"temperature":0.5,"top_p":0.9,
       "text":{"format":{"type":"json_schema","name":"s","schema":{"type":"object"}},
         "verbosity":"medium"},
       "stream":true,"store":false,"safety_identifier":"s","include":[],"truncation":"disabled",
       "tools":[{"type":"function","name":"f","strict":null,"parameters":{"type":"object"}}],
       "tool_choice":{"type":"function","name":"f"},"parallel_tool_calls":false,
       "metadata":{"a":"b"},"service_tier":"auto","deadline_ms":1700000000000}""";

  private static final String ORDER =
      """
      {"input_file_id":"file-1","endpoint":"/v1/chat/completions","completion_window":"90m",
       "metadata":{"a":"b"},"output_expires_after":{"anchor":"created_at","seconds":3600}}""";

  /** All of them. */
  static List<Target> all() {
    return List.of(
        body("chat", ChatParameters.parser(CLOCK), CHAT),
        body("completions", CompletionParameters.parser(CLOCK), COMPLETION),
        body("responses", ResponsesParameters.parser(CLOCK), RESPONSE),
        body("messages", MessagesParameters.parser(CLOCK), MESSAGES),
        body("count_tokens", CountTokens.parser(CLOCK), COUNTED),
        new Target("batch order", List.of(ORDER), input -> BatchInputs.order(input, CHAT_PATH)),
        new Target("batch lines", List.of(line(CHAT)), Target::lines),
        new Target(
            "form",
            List.of("purpose=batch\nexpires_after[anchor]=created_at\nexpires_after[seconds]=3600"),
            input -> FormInputs.fields(new String(input, UTF_8))),
        new Target(
            "file name",
            List.of("lines.jsonl", "Zeilen vom 3. M\u00e4rz (neu).jsonl"),
            input -> FormInputs.filename(new String(input, UTF_8))),
        new Target(
            "event id",
            List.of("12-34", "12-34-5-1"),
            input -> StreamPosition.parse(new String(input, UTF_8))),
        new Target("request id", List.of("c0-zzzzzzzz-9f86d081884c7d65"), Target::requestId));
  }

  /** An input that may be good or not, as the random numbers decide. */
  byte[] input(Random random) throws IOException {
    var text = good.get(random.nextInt(good.size()));
    if (!text.startsWith("{")) {
      return Damage.bytes(text.getBytes(UTF_8), random);
    }
    var damaged = Damage.json(JSON.readTree(text), random);
    if (name.equals("batch lines")) {
      for (var more = random.nextInt(MOST_LINES); more > 0; more--) {
        damaged += "\n" + Damage.json(JSON.readTree(text), random);
      }
    }
    var bytes = damaged.getBytes(UTF_8);
    return random.nextInt(10) == 0 ? Damage.bytes(bytes, random) : bytes;
  }

  /**
   * Gives an input to the parser.
   *
   * @return whether it is taken
   * @throws AssertionError if it is refused, but not as it should be
   */
  boolean takes(byte[] input) throws IOException {
    try {
      parser.parse(input);
      return true;
    } catch (ApiException refusal) {
      requireRefusal(refusal.error());
      return false;
    }
  }

  @Override
  public String toString() {
    return name;
  }

  private static Target body(String name, RequestParser parser, String good) {
    return new Target(
        name,
        List.of(good),
        input ->
            requireWritable(
                parser.parse(BodyReader.text(Buffer.buffer(input)), "t", "id").request()));
  }

  private static String line(String body) {
    return "{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\""
        + CHAT_PATH
        + "\",\"body\":"
        + NOT_IN_A_BATCH.stream().reduce(body, (text, field) -> text.replace(field, ""))
        + "}";
  }

  /** Is refused if no line is taken. */
  private static void lines(byte[] input) throws IOException {
    var requests = new ArrayList<InferenceRequest>();
    var refusals = new ArrayList<ApiError>();
    BatchInputs.lines(input, CHAT_PATH, ChatParameters.parser(CLOCK), requests::add, refusals::add);
    for (var request : requests) {
      requireWritable(request);
    }
    refusals.forEach(Target::requireRefusal);
    if (requests.isEmpty()) {
      throw new ApiException(ApiError.of(400, "empty_file", "No line of it is a request."));
    }
  }

  private static void requestId(byte[] input) {
    var id = new String(input, UTF_8);
    var told = RequestIds.read(id);
    if (told.isPresent() && told.get().place().offset() < 0) {
      throw new AssertionError(told);
    }
    if (told.isEmpty()) {
      throw new ApiException(ApiError.of(404, "stream_not_found", "It tells nothing."));
    }
  }

  private static void requireWritable(InferenceRequest request) throws IOException {
    if (!InferenceRequest.getEncoder().encode(request).hasRemaining()) {
      throw new AssertionError("Avro writes nothing of " + request);
    }
  }

  private static void requireRefusal(ApiError error) {
    if (error.status() / 100 != 4 || error.message().isBlank()) {
      throw new AssertionError("Refused with " + error);
    }
  }
}
