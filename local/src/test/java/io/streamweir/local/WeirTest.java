package io.streamweir.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.config.ConfigException;
import io.streamweir.gateway.keys.Scope;
import io.streamweir.local.terminal.WeirException;
import io.streamweir.schemas.registry.RegistryUnavailableException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Command;

class WeirTest {

  /** A command that fails in a given way. */
  @Command(name = "fail")
  private record Failing(RuntimeException failure) implements Callable<Integer> {
    @Override
    public Integer call() {
      throw failure;
    }
  }

  static RuntimeException[] failuresThatExplainThemselves() {
    var unavailable = new RegistryUnavailableException("the registry is away; start it", null);
    return new RuntimeException[] {
      new WeirException("the stack is down; run weir up"),
      new ConfigException("no such key"),
      unavailable,
      new CompletionException(unavailable)
    };
  }

  @ParameterizedTest
  @MethodSource("failuresThatExplainThemselves")
  void shouldPrintTheMessageAloneWhenAFailureExplainsItself(RuntimeException failure) {
    var printed = run(failure);

    var cause = failure instanceof CompletionException ? failure.getCause() : failure;
    assertThat(printed.strip()).isEqualTo("weir: " + cause.getMessage());
  }

  @Test
  void shouldShowWhereItComesFromWhenAFailureIsADefect() {
    var printed = run(new IllegalStateException("unforeseen"));

    assertThat(printed).contains("unforeseen", "\tat " + WeirTest.class.getName());
  }

  @Test
  void shouldTakeTheOptionsOfTheStackBehindASubcommand() {
    var parsed =
        Weir.commandLine()
            .parseArgs(
                "keys", "create", "shop-1", "--scopes", "generate,models", "--data", "elsewhere");

    var create = parsed.subcommand().subcommand();
    assertThat(create.matchedOptionValue("--scopes", List.of()))
        .isEqualTo(List.of(Scope.GENERATE, Scope.MODELS));
    assertThat(create.matchedOption("--data").stringValues()).containsExactly("elsewhere");
    assertThat(Weir.commandLine().parseArgs("tenants", "list", "--help").subcommand().subcommand())
        .matches(list -> list.isUsageHelpRequested());
  }

  private static String run(RuntimeException failure) {
    var printed = new StringWriter();
    var status =
        Weir.commandLine()
            .addSubcommand(new Failing(failure))
            .setErr(new PrintWriter(printed, true))
            .execute("fail");
    assertThat(status).isNotZero();
    return printed.toString();
  }
}
