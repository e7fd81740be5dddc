package io.streamweir.local.cli;

import io.streamweir.client.keys.KeyStore;
import io.streamweir.gateway.keys.Scope;
import io.streamweir.local.terminal.Terminal;
import io.streamweir.local.terminal.TextTable;
import io.streamweir.schemas.ApiKey;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "keys",
    description = {
      "Create, list and change the API keys of the gateway.",
      "",
      "A gateway looks at keys if its setting keys.required is true. A change is in force on all"
          + " gateways at once; an answer that is under way ends when its key becomes void."
    })
public final class KeysCommand {

  @Mixin private StackOption option;

  private void with(Consumer<KeyStore> action) {
    try (var store = option.keyStore()) {
      action.accept(store);
    }
  }

  @Command(name = "create", description = "Create a key and print it; it is kept nowhere.")
  void create(
      @Parameters(paramLabel = "NAME", description = "For people; unique within the tenant.")
          String name,
      @Option(
              names = "--tenant",
              paramLabel = "TENANT",
              defaultValue = "default",
              description = "Who is billed. Default: ${DEFAULT-VALUE}.")
          String tenant,
      @Option(
              names = "--scopes",
              paramLabel = "SCOPE",
              split = ",",
              description = "What it may be used for: ${COMPLETION-CANDIDATES}. Default: all.")
          List<Scope> scopes,
      @Option(
              names = "--models",
              paramLabel = "MODEL",
              split = ",",
              description = "Models that may be asked for. Default: all.")
          List<String> models,
      @Option(
              names = "--expires",
              paramLabel = "TIME",
              description = "When it becomes void: 2027-01-31T00:00:00Z. Default: never.")
          Instant expires,
      @Mixin QuotaOptions quota) {
    var description =
        ApiKey.newBuilder()
            .setName(name)
            .setTenant(tenant)
            .setScopes(scopes == null ? null : scopes.stream().map(KeysCommand::word).toList())
            .setModels(models)
            .setExpiresAtMs(expires == null ? null : expires.toEpochMilli())
            .setQuota(quota.quota());
    with(store -> Terminal.standard().line("%s", store.create(description)));
  }

  @Command(name = "list", description = "List keys: what they may be used for, never themselves.")
  void list() {
    with(store -> Terminal.standard().lines(table(store.keys(), Instant.now())));
  }

  @Command(name = "disable", description = "Make a key void until it is enabled.")
  void disable(@Mixin NamedKey key) {
    change(key, builder -> builder.setDisabled(true), "disabled");
  }

  @Command(name = "enable", description = "Make a disabled key valid again.")
  void enable(@Mixin NamedKey key) {
    change(key, builder -> builder.setDisabled(false), "enabled");
  }

  @Command(name = "expire", description = "Say when a key becomes void.")
  void expire(
      @Mixin NamedKey key,
      @Option(
              names = "--at",
              paramLabel = "TIME",
              description = "2027-01-31T00:00:00Z. Default: now.")
          Instant at) {
    var time = at == null ? Instant.now() : at;
    change(key, builder -> builder.setExpiresAtMs(time.toEpochMilli()), "void from " + time);
  }

  @Command(name = "quota", description = "Change the limits of a key.")
  void quota(@Mixin NamedKey key, @Mixin QuotaOptions quota) {
    change(key, builder -> builder.setQuota(quota.over(builder.getQuota())), "limited as told");
  }

  @Command(name = "delete", description = "Delete a key.")
  void delete(@Mixin NamedKey key) {
    with(
        store -> {
          var deleted = store.delete(key.name, Optional.ofNullable(key.tenant));
          Terminal.standard()
              .line("Key %s of tenant %s is deleted.", deleted.getName(), deleted.getTenant());
        });
  }

  private void change(NamedKey key, Consumer<ApiKey.Builder> change, String done) {
    with(
        store -> {
          var changed = store.change(key.name, Optional.ofNullable(key.tenant), change);
          Terminal.standard()
              .line("Key %s of tenant %s is %s.", changed.getName(), changed.getTenant(), done);
        });
  }

  /** Which key is meant. */
  static final class NamedKey {

    @Parameters(paramLabel = "NAME", description = "The key.")
    private String name;

    @Option(
        names = "--tenant",
        paramLabel = "TENANT",
        description = "Its tenant, where several have a key of that name.")
    private String tenant;
  }

  static TextTable table(List<ApiKey> keys, Instant now) {
    var table =
        new TextTable()
            .row(
                "tenant",
                "key",
                "state",
                "scopes",
                "models",
                "requests/min",
                "tokens/min",
                "at a time",
                "expires");
    for (var key : keys) {
      table.row(
          key.getTenant(),
          key.getName(),
          state(key, now),
          key.getScopes() == null ? "all" : String.join(",", key.getScopes()),
          key.getModels() == null ? "all" : String.join(",", key.getModels()),
          QuotaOptions.shown(key.getQuota().getRequestsPerMinute()),
          QuotaOptions.shown(key.getQuota().getTokensPerMinute()),
          QuotaOptions.shown(key.getQuota().getConcurrentRequests()),
          key.getExpiresAtMs() == null ? "never" : Instant.ofEpochMilli(key.getExpiresAtMs()));
    }
    return table;
  }

  private static String state(ApiKey key, Instant now) {
    if (key.getDisabled()) {
      return "disabled";
    }
    var expires = key.getExpiresAtMs();
    return expires != null && expires <= now.toEpochMilli() ? "expired" : "valid";
  }

  private static String word(Scope scope) {
    return scope.name().toLowerCase(Locale.ROOT);
  }
}
