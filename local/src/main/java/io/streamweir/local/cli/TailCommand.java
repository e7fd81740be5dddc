package io.streamweir.local.cli;

import io.streamweir.client.TokenTail;
import io.streamweir.local.terminal.AnswerPrinter;
import io.streamweir.local.terminal.Terminal;
import io.streamweir.local.terminal.WeirException;
import io.streamweir.schemas.ChunkKind;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.TokenChunk;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "tail",
    description =
        "Print the tokens of a request as they come, from the first one on, until its end, reasoning"
            + " and tool calls under their names. Exit status 1 if it ended with an error.")
public final class TailCommand implements Callable<Integer> {

  @Mixin private StackOption option;

  @Parameters(paramLabel = "REQUEST_ID", description = "The id, or tenant/id.")
  private String requestId;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "How long to wait for the next token. Default: ${DEFAULT-VALUE}.")
  private int timeoutSeconds;

  @Override
  public Integer call() {
    var options = option.stack().require("kafka", "registry").clientOptions();
    var terminal = Terminal.standard();
    try (var tail = TokenTail.open(options, key(), Instant.EPOCH)) {
      TokenChunk last = null;
      var printer = new AnswerPrinter(terminal);
      while (!tail.finished()) {
        last = tail.next(Duration.ofSeconds(timeoutSeconds)).orElseThrow(this::silence);
        if (last.getKind() == ChunkKind.RESET) {
          terminal.line("%n(the stream starts over)");
          printer = new AnswerPrinter(terminal);
        }
        print(last, printer);
      }
      return end(terminal, last);
    }
  }

  private static void print(TokenChunk chunk, AnswerPrinter printer) {
    if (chunk.getDeltas() == null) {
      printer.content(chunk.getText());
      return;
    }
    for (var delta : chunk.getDeltas()) {
      switch (delta.getKind()) {
        case CONTENT -> printer.content(delta.getText());
        case REASONING -> printer.reasoning(delta.getText());
        case TOOL_CALL -> printer.call(delta.getText());
        case ARGUMENTS -> printer.arguments(delta.getText());
        // What a later writer says is not for this reader.
        case UNKNOWN -> {}
      }
    }
  }

  private static int end(Terminal terminal, TokenChunk last) {
    terminal.line("");
    if (last == null || last.getError() == null) {
      return 0;
    }
    terminal.line("(%s: %s)", last.getFinishReason(), last.getError().getMessage());
    return 1;
  }

  private RequestKey key() {
    var slash = requestId.indexOf('/');
    return slash < 0
        ? new RequestKey("default", requestId)
        : new RequestKey(requestId.substring(0, slash), requestId.substring(slash + 1));
  }

  private WeirException silence() {
    return new WeirException(
        "No token of %s within %d s. Was it sent, and is the tenant right? See ./weir list"
            .formatted(key(), timeoutSeconds));
  }
}
