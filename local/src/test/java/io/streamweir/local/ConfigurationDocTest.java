package io.streamweir.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.config.Setting;
import io.streamweir.config.SettingTable;
import io.streamweir.gateway.GatewaySettings;
import io.streamweir.inference.InferenceSettings;
import io.streamweir.local.stack.StackSettings;
import io.streamweir.router.RouterSettings;
import io.streamweir.sinks.jdbc.JdbcSettings;
import io.streamweir.sinks.ledger.LedgerSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/configuration.md is made of these tables; {@code -Ddocs.write=true} writes it anew. */
class ConfigurationDocTest {

  private static final Path PAGE = Path.of("../docs/configuration.md");

  private record Section(String title, String introduction, SettingTable table) {}

  private static final List<Section> SECTIONS =
      List.of(
          new Section(
              "The embedded stack",
              "`./weir up --set KEY=VALUE`; kept in `weir.properties` of the data directory, and changed while the stack is down.",
              StackSettings.TABLE),
          new Section(
              "The gateway",
              "`./weir up --set gateway.KEY=VALUE`, but for addresses and TLS; or `--KEY VALUE` after the main class"
                  + " `io.streamweir.gateway.Gateway`. `./weir up` sets `drain.timeout` to 5 s.",
              GatewaySettings.TABLE),
          new Section(
              "The router job",
              "`./weir up --set router.KEY=VALUE`, or `--KEY VALUE` as program arguments of"
                  + " `io.streamweir.router.RouterJob`.",
              RouterSettings.TABLE),
          new Section(
              "The inference job",
              "`./weir deploy NAME --set KEY=VALUE`, or `--KEY VALUE` as program arguments.",
              InferenceSettings.TABLE),
          new Section(
              "The usage ledger",
              "`--KEY VALUE` after the main class `io.streamweir.sinks.UsageLedger`. `./weir up` sets host,"
                  + " port, servers and `state.dir`.",
              LedgerSettings.TABLE),
          new Section(
              "Usage into a database",
              "`--KEY VALUE` after the main class, see [usage](usage-ledger.md).",
              JdbcSettings.TABLE));

  @Test
  void shouldBeTheTablesInTheDocs() throws Exception {
    var page = page();
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE))
        .as(
            "docs/configuration.md is out of date; this writes it: "
                + "mvn test -pl local -am -Dtest=ConfigurationDocTest -Ddocs.write=true "
                + "-Dsurefire.failIfNoSpecifiedTests=false")
        .isEqualTo(page);
  }

  private static String page() {
    return """
        # Configuration

        Generated from the settings tables in the code. Unknown keys and values that are not allowed fail at start, with
        the key and what is allowed. Flink's own settings are in `flink-conf/config.yaml`, each with its reason.

        %s"""
        .formatted(
            SECTIONS.stream().map(ConfigurationDocTest::section).collect(Collectors.joining("\n")));
  }

  private static String section(Section section) {
    return """
        ## %s

        %s

        | key | default | allowed | meaning |
        |---|---|---|---|
        %s
        """
        .formatted(
            section.title(),
            section.introduction(),
            section.table().settings().stream()
                .map(ConfigurationDocTest::row)
                .collect(Collectors.joining("\n")));
  }

  private static String row(Setting<?> setting) {
    return "| `%s` | %s | %s | %s |"
        .formatted(
            setting.key(),
            setting.required() ? "required" : "`" + setting.fallback() + "`",
            setting.allowed(),
            setting.doc());
  }
}
