package io.streamweir.local.cli;

import io.streamweir.local.stack.TopicOverview;
import io.streamweir.local.terminal.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "topics", description = "Show the topics, what they hold and what they promise.")
public final class TopicsCommand implements Runnable {

  @Mixin private StackOption option;

  @Override
  public void run() {
    var stack = option.stack().require("kafka");
    Terminal.standard().lines(TopicOverview.of(stack.settings().bootstrapServers()));
  }
}
