package io.streamweir.local.cli;

import io.streamweir.local.requests.ChatStream;
import io.streamweir.local.terminal.AnswerPrinter;
import io.streamweir.local.terminal.Terminal;
import io.streamweir.local.terminal.WeirException;
import java.util.Scanner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "chat",
    description =
        "Talk to a model through the gateway, one line a turn; /new starts over, /exit or the end"
            + " of the input ends. support-intents knows single sentences only: use --forget.")
public final class ChatCommand implements Runnable {

  private static final String PROMPT = "> ";

  @Mixin private StackOption option;

  @Parameters(
      paramLabel = "MODEL",
      arity = "0..1",
      defaultValue = "support-intents",
      description = "Default: ${DEFAULT-VALUE}.")
  private String model;

  @Option(names = "--system", description = "System message.")
  private String system;

  @Option(
      names = "--api-key",
      paramLabel = "KEY",
      defaultValue = "${env:WEIR_API_KEY:-}",
      description = "For a gateway that wants one. Default: WEIR_API_KEY of the environment.")
  private String apiKey;

  @Option(
      names = "--forget",
      description = "Each line stands alone: for models that know no conversation.")
  private boolean forget;

  @Override
  public void run() {
    var gateway = option.stack().require("gateway").settings().gatewayUrl();
    var terminal = Terminal.standard();
    var chat = open(gateway);
    terminal.text(PROMPT);
    var input = new Scanner(System.in);
    while (input.hasNextLine()) {
      var line = input.nextLine().strip();
      switch (line) {
        case "" -> {}
        case "/exit" -> {
          return;
        }
        case "/new" -> chat = open(gateway);
        default -> {
          answer(chat, line, terminal);
          chat = forget ? open(gateway) : chat;
        }
      }
      terminal.text(PROMPT);
    }
  }

  private ChatStream open(String gateway) {
    var chat = new ChatStream(gateway, model, apiKey);
    if (system != null) {
      chat.system(system);
    }
    return chat;
  }

  /** A refusal ends the turn, not the conversation. */
  private static void answer(ChatStream chat, String line, Terminal terminal) {
    try {
      chat.say(line, new AnswerPrinter(terminal));
    } catch (WeirException e) {
      terminal.text(e.getMessage());
    }
    terminal.line("");
  }
}
