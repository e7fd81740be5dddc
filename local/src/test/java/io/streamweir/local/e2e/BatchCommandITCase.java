package io.streamweir.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamweir.local.batch.BatchApi;
import io.streamweir.local.cli.BatchCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@ExtendWith(SharedStack.class)
class BatchCommandITCase {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CHAT = "/v1/chat/completions";
  private static final String LONG = "\"max_tokens\": 500, \"ignore_eos\": true, ";

  @TempDir Path directory;
  private final String gateway;

  BatchCommandITCase(RunningStack stack) {
    this.gateway = stack.stack().settings().gatewayUrl();
  }

  @Test
  void shouldWriteAnswersAndErrorsAndSayByItsStatusWhetherAllWereAnswered() throws Exception {
    var lines = new ArrayList<>(IntStream.range(0, 5).mapToObj(i -> line("good-" + i, 0)).toList());
    lines.add(2, line("bad", 9));
    var input = write("lines.jsonl", lines);

    assertThat(run(input.toString())).isEqualTo(1);

    assertThat(read("lines.output.jsonl"))
        .extracting(one -> one.path("custom_id").asText())
        .containsExactlyInAnyOrder("good-0", "good-1", "good-2", "good-3", "good-4");
    assertThat(read("lines.output.jsonl"))
        .allSatisfy(
            one ->
                assertThat(one.at("/response/body/choices/0/message/content").asText())
                    .contains("732201349959"));
    assertThat(read("lines.output.errors.jsonl"))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.path("custom_id").asText()).isEqualTo("bad");
              assertThat(one.toString()).contains("temperature");
            });

    var good = write("lines.jsonl", List.of(line("alone", 0)));
    assertThat(run(good.toString())).isZero();
    assertThat(read("lines.output.jsonl")).hasSize(1);
    assertThat(directory.resolve("lines.output.errors.jsonl")).doesNotExist();
  }

  @Test
  void shouldCancelABatchAndFetchWhatItHasWhenItHasEnded() throws Exception {
    var lines =
        IntStream.range(0, 200)
            .mapToObj(
                i -> line("line-" + i, 0).replace("\"temperature\"", LONG + "\"temperature\""))
            .toList();
    var api = new BatchApi(gateway, Map.of());
    var order = api.order(api.upload(write("long.jsonl", lines)), CHAT, "1h");
    var id = order.path("id").asText();

    assertThat(run("cancel", id)).isZero();

    var output = directory.resolve("late.jsonl");
    assertThat(run("status", id, "--out", output.toString())).isEqualTo(1);
    assertThat(api.batch(id).path("status").asText()).isEqualTo("cancelled");
    assertThat(read("late.errors.jsonl"))
        .isNotEmpty()
        .allSatisfy(one -> assertThat(one.toString()).contains("batch_cancelled"));
    assertThat(run("status", id)).isZero();
  }

  @Test
  void shouldSayWhatIsWrongWithAFileBeforeAnythingIsSent() throws Exception {
    assertThat(refusal(directory.resolve("none.jsonl").toString())).contains("Cannot read");
    assertThat(refusal(write("empty.jsonl", List.of("", "")).toString())).contains("has no lines");
    assertThat(refusal(write("bare.jsonl", List.of("{\"model\": \"m\"}")).toString()))
        .contains("custom_id", "weir produce");
    assertThat(refusal(write("broken.jsonl", List.of("{\"model\"")).toString()))
        .contains("no line of a batch");
    var good = write("good.jsonl", List.of(line("a", 0)));
    assertThat(refusal(good.toString(), "--out", directory.resolve("no/where.jsonl").toString()))
        .contains("cannot be written");
    assertThat(refusal(good.toString(), "--window", "3 weeks")).contains("completion_window");
    assertThat(refusal("status", "batch_none")).contains("There is no batch 'batch_none'");
  }

  private static String line(String id, int temperature) {
    return """
        {"custom_id": "%s", "method": "POST", "url": "%s", "body": {"model": "%s", "temperature": %d, \
        "messages": [{"role": "user", "content": "where is my order 732201349959?"}]}}"""
        .formatted(id, CHAT, RunningStack.MODEL, temperature);
  }

  private Path write(String name, List<String> lines) throws Exception {
    return Files.write(directory.resolve(name), lines);
  }

  private List<JsonNode> read(String name) throws Exception {
    var lines = new ArrayList<JsonNode>();
    for (var line : Files.readAllLines(directory.resolve(name))) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  private int run(String... words) {
    return command().execute(withGateway(words));
  }

  /** What a failure says. */
  private String refusal(String... words) {
    var said = new StringBuilder();
    var status =
        command()
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                  said.append(failure.getMessage());
                  return 1;
                })
            .execute(withGateway(words));
    assertThat(status).isEqualTo(1);
    return said.toString();
  }

  private static CommandLine command() {
    return new CommandLine(new BatchCommand());
  }

  private String[] withGateway(String... words) {
    var all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--gateway", gateway));
    return all.toArray(String[]::new);
  }
}
