package io.streamweir.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamweir.local.batch.BatchApi;
import io.streamweir.local.batch.BatchFile;
import io.streamweir.local.batch.BatchWatch;
import io.streamweir.local.terminal.Terminal;
import io.streamweir.local.terminal.WeirException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

@Command(
    name = "batch",
    description = {
      "Run a file of requests as a batch: upload it, watch it, fetch the answers. Exit status 1 if a"
          + " line was not answered.",
      "",
      "The batch runs on when this command is interrupted: weir batch status ID --out FILE goes on"
          + " watching it. If the gateway wants an API key, put it into WEIR_API_KEY."
    },
    synopsisSubcommandLabel = "[status ID | cancel ID]")
public final class BatchCommand implements Callable<Integer> {

  private static final String KEY_VARIABLE = "WEIR_API_KEY";
  private static final String SUFFIX = ".jsonl";

  @Mixin private StackOption option;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      description = "JSON lines with custom_id, method, url and body, as OpenAI's batches have.")
  private Path file;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Where the answers go. Default: FILE.output.jsonl beside the input.")
  private Path out;

  @Option(
      names = "--errors",
      paramLabel = "FILE",
      description =
          "Where the lines go that failed, if any. Default: the --out file, .errors.jsonl.")
  private Path errors;

  @Option(
      names = "--window",
      paramLabel = "TIME",
      defaultValue = "24h",
      description = "Within which it must end: 30s, 90m, up to 24h. Default: ${DEFAULT-VALUE}.")
  private String window;

  @Option(
      names = "--gateway",
      paramLabel = "URL",
      scope = ScopeType.INHERIT,
      description = "Of another machine. Default: that of the stack.")
  private String gateway;

  @Option(
      names = "--tenant",
      paramLabel = "TENANT",
      scope = ScopeType.INHERIT,
      description = "Whose batch it is, where no API key says so.")
  private String tenant;

  @Override
  public Integer call() {
    if (file == null) {
      throw new ParameterException(spec.commandLine(), "Give the FILE, or status or cancel.");
    }
    var endpoint = BatchFile.endpoint(file);
    var output = out == null ? replacedSuffix(file, ".output.jsonl") : out;
    requirePlaces(output, errors);
    var api = api();
    return asking(
        () -> {
          var id = api.order(api.upload(file), endpoint, window).path("id").asText();
          Terminal.standard().line("%s", id);
          return follow(api, id, output, errors);
        });
  }

  @Command(
      name = "status",
      description = "Tell how a batch is doing; with --out wait for its end and fetch the answers.")
  int status(
      @Parameters(paramLabel = "ID") String id,
      @Option(names = "--out", paramLabel = "FILE", description = "Where the answers go.")
          Path output,
      @Option(names = "--errors", paramLabel = "FILE", description = "Where failed lines go.")
          Path failed) {
    if (output != null) {
      requirePlaces(output, failed);
    }
    var api = api();
    return asking(
        () -> {
          if (output != null) {
            return follow(api, id, output, failed);
          }
          tell(api.batch(id));
          return 0;
        });
  }

  @Command(name = "cancel", description = "End what runs of a batch, and what has yet to.")
  int cancel(@Parameters(paramLabel = "ID") String id) {
    var api = api();
    return asking(
        () -> {
          tell(api.cancel(id));
          return 0;
        });
  }

  private int follow(BatchApi api, String id, Path output, Path failed) throws IOException {
    var terminal = Terminal.standard();
    var watch = new BatchWatch(api, terminal);
    var batch = watch.await(id);
    watch.fetch(batch, output, errorsBeside(output, failed));
    tell(batch);
    var counts = batch.path("request_counts");
    var all = counts.path("completed").asInt() == counts.path("total").asInt();
    return all && batch.path("status").asText().equals("completed") ? 0 : 1;
  }

  private static void tell(JsonNode batch) {
    var counts = batch.path("request_counts");
    var terminal = Terminal.standard();
    terminal.line(
        "%s %s: %d of %d lines answered, %d failed",
        batch.path("id").asText(),
        batch.path("status").asText(),
        counts.path("completed").asInt(),
        counts.path("total").asInt(),
        counts.path("failed").asInt());
    for (var problem : batch.path("errors").path("data")) {
      terminal.line("  %s: %s", problem.path("code").asText(), problem.path("message").asText());
    }
  }

  private static void requirePlaces(Path output, Path failed) {
    BatchWatch.requirePlace(output);
    BatchWatch.requirePlace(errorsBeside(output, failed));
  }

  private static Path errorsBeside(Path output, Path failed) {
    return failed == null ? replacedSuffix(output, ".errors.jsonl") : failed;
  }

  private static Path replacedSuffix(Path path, String suffix) {
    var name = path.getFileName().toString();
    var stem = name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
    return path.resolveSibling(stem + suffix);
  }

  private BatchApi api() {
    var url =
        Optional.ofNullable(gateway)
            .orElseGet(() -> option.stack().require("gateway").settings().gatewayUrl());
    Map<String, String> headers = new LinkedHashMap<>();
    if (tenant != null) {
      headers.put("X-Weir-Tenant", tenant);
    }
    var key = System.getenv(KEY_VARIABLE);
    if (key != null && !key.isBlank()) {
      headers.put("Authorization", "Bearer " + key.strip());
    }
    return new BatchApi(url, headers);
  }

  private interface Exchange {
    int with() throws IOException;
  }

  private static int asking(Exchange exchange) {
    try {
      return exchange.with();
    } catch (IOException e) {
      throw new WeirException(e.getMessage(), e);
    }
  }
}
