package io.streamweir.local.cli;

import io.streamweir.client.StreamweirClient;
import io.streamweir.client.Submitted;
import io.streamweir.local.requests.RequestDefaults;
import io.streamweir.local.requests.RequestReader;
import io.streamweir.local.requests.RequestSender;
import io.streamweir.local.requests.ResultJson;
import io.streamweir.local.terminal.Terminal;
import io.streamweir.local.terminal.WeirException;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.ResultStatus;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "produce",
    description =
        "Send the requests of a file: JSON lines (OpenAI bodies or batch lines), or CSV with a"
            + " header, each row a question. Exit status 1 if a request failed.")
public final class ProduceCommand implements Callable<Integer> {

  @Mixin private StackOption option;

  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      description = "Ends in .jsonl or .csv. Without it: JSON lines from standard input.")
  private Path file;

  @Option(names = "--format", description = "jsonl or csv. Default: by the name of the file.")
  private String format;

  @Option(names = "--model", description = "Model of the requests that name none.")
  private String model;

  @Option(
      names = "--lane",
      defaultValue = "online",
      description = "online or offline. Default: ${DEFAULT-VALUE}.")
  private String lane;

  @Option(
      names = "--tenant",
      defaultValue = "default",
      description = "Who is billed. Default: ${DEFAULT-VALUE}.")
  private String tenant;

  @Option(names = "--column", description = "CSV column that holds the question.")
  private String column;

  @Option(names = "--max-tokens", description = "For requests that do not say.")
  private Integer maxTokens;

  @Option(names = "--wait", description = "Wait for the results and print each as a line of JSON.")
  private boolean wait;

  @Override
  public Integer call() throws IOException {
    var stack = option.stack().require("kafka", "registry");
    var progress = new Terminal(System.err, System.console() != null);
    try (var client = StreamweirClient.connect(stack.clientOptions());
        var reader = reader();
        var requests = requests(reader)) {
      var sender = new RequestSender(client);
      var sent = new ArrayList<CompletableFuture<Submitted>>();
      requests.forEach(
          request -> {
            sent.add(sender.send(request));
            progress.status("%d sent".formatted(sent.size()));
          });
      sent.forEach(ProduceCommand::acknowledged);
      progress.status("");
      progress.line("%d requests of tenant %s are acknowledged.", sent.size(), tenant);
      return wait ? printResults(client, sent) : 0;
    }
  }

  private static int printResults(
      StreamweirClient client, List<CompletableFuture<Submitted>> sent) {
    var results =
        sent.stream().map(each -> client.result(each.join()).toCompletableFuture()).toList();
    var failed = 0;
    for (CompletableFuture<InferenceResult> each : results) {
      var result = each.join();
      System.out.println(ResultJson.of(result));
      failed += result.getStatus() == ResultStatus.COMPLETED ? 0 : 1;
    }
    return failed == 0 ? 0 : 1;
  }

  private static void acknowledged(CompletableFuture<Submitted> sent) {
    try {
      sent.join();
    } catch (CompletionException e) {
      throw new WeirException(e.getCause().getMessage(), e.getCause());
    }
  }

  private Stream<InferenceRequest> requests(Reader reader) {
    var name = file == null ? "standard input" : file.toString();
    var defaults = new RequestDefaults(model, tenant, offline(), maxTokens, ids());
    return switch (formatOf(name)) {
      case "csv" -> RequestReader.csv(reader, name, column, defaults);
      case "jsonl" -> RequestReader.jsonl(reader, name, defaults);
      default -> throw new WeirException("--format is '" + format + "', but must be jsonl or csv");
    };
  }

  private String formatOf(String name) {
    if (format != null) {
      return format;
    }
    return name.endsWith(".csv") ? "csv" : "jsonl";
  }

  private boolean offline() {
    return switch (lane) {
      case "online" -> false;
      case "offline" -> true;
      default -> throw new WeirException("--lane is '" + lane + "', but must be online or offline");
    };
  }

  private Supplier<String> ids() {
    var run = UUID.randomUUID().toString().substring(0, 8);
    var next = new int[1];
    return () -> run + "-" + next[0]++;
  }

  private Reader reader() throws IOException {
    if (file == null) {
      return new InputStreamReader(System.in, StandardCharsets.UTF_8);
    }
    if (!Files.isReadable(file)) {
      throw new WeirException("There is no readable file " + file);
    }
    return Files.newBufferedReader(file);
  }
}
