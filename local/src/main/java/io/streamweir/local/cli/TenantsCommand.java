package io.streamweir.local.cli;

import io.streamweir.client.keys.KeyStore;
import io.streamweir.local.terminal.Terminal;
import io.streamweir.local.terminal.TextTable;
import io.streamweir.schemas.TenantPolicy;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "tenants",
    description = {
      "List and change the quotas and weights of tenants.",
      "",
      "They hold for all requests of a tenant, through whatever gateways or producers they come."
    })
public final class TenantsCommand {

  @Mixin private StackOption option;

  private void with(Consumer<KeyStore> action) {
    try (var store = option.keyStore()) {
      action.accept(store);
    }
  }

  @Command(name = "set", description = "Change what a tenant may take; what is not given stays.")
  void set(
      @Parameters(paramLabel = "TENANT", description = "The tenant.") String tenant,
      @Option(
              names = "--weight",
              paramLabel = "N",
              description =
                  "Its share where tenants wait for the same replica, relative to the weights of the"
                      + " others. Default of a tenant without a policy: 1.")
          Integer weight,
      @Mixin QuotaOptions quota) {
    with(
        store -> {
          var changed =
              store.changeTenant(
                  tenant,
                  policy -> {
                    policy.setQuota(quota.over(policy.getQuota()));
                    if (weight != null) {
                      policy.setWeight(weight);
                    }
                  });
          Terminal.standard().lines(table(List.of(changed)));
        });
  }

  @Command(name = "list", description = "List the tenants that have a quota or a weight.")
  void list() {
    with(store -> Terminal.standard().lines(table(store.tenants())));
  }

  @Command(name = "delete", description = "Lift the quotas of a tenant; its weight becomes 1.")
  void delete(@Parameters(paramLabel = "TENANT", description = "The tenant.") String tenant) {
    with(
        store -> {
          store.deleteTenant(tenant);
          Terminal.standard().line("Tenant %s has no limits any more.", tenant);
        });
  }

  private static TextTable table(List<TenantPolicy> policies) {
    var table = new TextTable().row("tenant", "requests/min", "tokens/min", "at a time", "weight");
    for (var policy : policies) {
      table.row(
          policy.getTenant(),
          QuotaOptions.shown(policy.getQuota().getRequestsPerMinute()),
          QuotaOptions.shown(policy.getQuota().getTokensPerMinute()),
          QuotaOptions.shown(policy.getQuota().getConcurrentRequests()),
          policy.getWeight());
    }
    return table;
  }
}
