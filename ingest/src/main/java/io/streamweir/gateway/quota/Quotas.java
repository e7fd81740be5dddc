package io.streamweir.gateway.quota;

import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import io.streamweir.gateway.keys.Caller;
import io.streamweir.schemas.ApiKey;
import io.streamweir.schemas.Quota;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.TenantPolicy;
import io.streamweir.schemas.UsageRecord;
import io.streamweir.schemas.quota.Refusals;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An estimate of what tenants and keys have left: from the requests that came through this gateway,
 * and of those that came elsewhere from their usage records. It refuses what it is sure of; the
 * router decides the rest, and alone decides exactly. Thread-safe.
 */
public final class Quotas {

  /** Requests of this gateway that are remembered until their usage record comes. */
  private static final int MOST_OWN = 100_000;

  private static final long CONCURRENT_RETRY_MS = 1000;

  private final InstantSource clock;
  private final Map<String, Tally> tallies = new ConcurrentHashMap<>();
  private volatile Map<String, Quota> ofTenants = Map.of();
  private volatile Map<String, Quota> ofKeys = Map.of();

  /** When each request of this gateway was counted; guarded by itself. */
  private final Map<RequestKey, Long> own =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<RequestKey, Long> eldest) {
          return size() > MOST_OWN;
        }
      };

  public Quotas(InstantSource clock) {
    this.clock = clock;
  }

  /** From now on these are the limits of tenants. */
  public void tenants(Collection<TenantPolicy> policies) {
    ofTenants =
        policies.stream()
            .filter(policy -> limits(policy.getQuota()))
            .collect(Collectors.toMap(TenantPolicy::getTenant, TenantPolicy::getQuota));
    forgetOthers();
  }

  /** From now on these are the limits of keys. */
  public void keys(Collection<ApiKey> keys) {
    ofKeys =
        keys.stream()
            .filter(key -> limits(key.getQuota()))
            .collect(
                Collectors.toMap(key -> account(key.getTenant(), key.getName()), ApiKey::getQuota));
    forgetOthers();
  }

  /**
   * Counts requests that may be sent.
   *
   * @throws ApiException with status 429 if they are too many now, with 400 if they always are
   */
  public Allowance take(Caller caller, int requests) {
    var accounts = accounts(caller);
    if (accounts.isEmpty()) {
      return Allowance.UNLIMITED;
    }
    var now = clock.millis();
    var standings = new ArrayList<Allowance.Limited>();
    for (var account : accounts) {
      refuseIfNever(account, requests);
      var standing = standing(account, requests, now);
      refuseIfOver(account, standing, requests);
      standings.add(new Allowance.Limited(account.quota, standing));
    }
    var tallies = accounts.stream().map(account -> tally(account.name)).toList();
    tallies.forEach(tally -> tally.request(now, requests));
    return new Allowance(requests, now, standings, tallies);
  }

  /** Is told which requests are sent under an allowance, so that they are not counted again. */
  public void sending(List<RequestKey> requests, Allowance allowance) {
    if (!allowance.tallies().isEmpty()) {
      synchronized (own) {
        requests.forEach(request -> own.put(request, allowance.takenAtMs()));
      }
    }
  }

  /** Hears of a request that has ended, wherever it came from. */
  public void used(UsageRecord usage) {
    var accounts = accounts(usage.getTenant(), usage.getApiKey());
    if (accounts.isEmpty()) {
      return;
    }
    Long counted;
    synchronized (own) {
      counted = own.remove(new RequestKey(usage.getTenant(), usage.getRequestId()));
    }
    var served = !usage.getDeployment().isEmpty();
    var tokens = (long) usage.getUsage().getPromptTokens() + usage.getUsage().getCompletionTokens();
    // By the clock of a replica: one that is ahead must not take minutes that are yet to come.
    var ended = Math.min(usage.getFinishedAtMs(), clock.millis());
    for (var account : accounts) {
      var tally = tally(account.name);
      if (served) {
        tally.tokens(ended, tokens);
      }
      if (served && counted == null) {
        tally.request(ended - usage.getEngineTimeUs() / 1000, 1);
      } else if (!served && counted != null) {
        tally.request(counted, -1);
      }
    }
  }

  /** Whether anybody has limits. */
  public boolean limitAnybody() {
    return !ofTenants.isEmpty() || !ofKeys.isEmpty();
  }

  /**
   * Whether a tenant or its key has limits.
   *
   * @param key null if there is none
   */
  public boolean limit(String tenant, String key) {
    return !accounts(tenant, key).isEmpty();
  }

  private record Account(String name, String whose, Quota quota) {}

  private List<Account> accounts(Caller caller) {
    return accounts(caller.tenant(), caller.key().map(Caller.Key::name).orElse(null));
  }

  private List<Account> accounts(String tenant, String key) {
    var found = new ArrayList<Account>(2);
    var ofTenant = ofTenants.get(tenant);
    if (ofTenant != null) {
      found.add(new Account(tenant, "Tenant " + tenant, ofTenant));
    }
    var ofKey = key == null ? null : ofKeys.get(account(tenant, key));
    if (ofKey != null) {
      found.add(new Account(account(tenant, key), "API key " + key, ofKey));
    }
    return found;
  }

  private Tally.Standing standing(Account account, int wanted, long now) {
    var requests = account.quota.getRequestsPerMinute();
    var tokens = account.quota.getTokensPerMinute();
    return tally(account.name)
        .standing(
            now,
            requests == null ? Long.MAX_VALUE : requests - wanted,
            tokens == null ? Long.MAX_VALUE : tokens - 1);
  }

  private static void refuseIfNever(Account account, int wanted) {
    var atOnce =
        Stream.of(account.quota.getRequestsPerMinute(), account.quota.getConcurrentRequests())
            .filter(limit -> limit != null)
            .mapToLong(Number::longValue)
            .min()
            .orElse(Long.MAX_VALUE);
    if (wanted > 1 && wanted > atOnce) {
      throw new ApiException(
          ApiError.invalid(
              "n",
              account.whose
                  + " may take "
                  + atOnce
                  + " requests at once, and 'n' asks for "
                  + wanted
                  + " choices, each a request. Ask for fewer, or have the quota raised."));
    }
  }

  private static void refuseIfOver(Account account, Tally.Standing standing, int wanted) {
    var quota = account.quota;
    var requests = quota.getRequestsPerMinute();
    if (requests != null && standing.requests() + wanted > requests) {
      throw refused(account.whose, requests + " requests in any minute", standing.requestsFreeMs());
    }
    var tokens = quota.getTokensPerMinute();
    if (tokens != null && standing.tokens() >= tokens) {
      throw refused(account.whose, tokens + " tokens in any minute", standing.tokensFreeMs());
    }
    var concurrent = quota.getConcurrentRequests();
    if (concurrent != null && standing.open() + wanted > concurrent) {
      throw refused(account.whose, concurrent + " requests at a time", CONCURRENT_RETRY_MS);
    }
  }

  private static ApiException refused(String whose, String allowed, long waitMs) {
    return new ApiException(
        ApiError.of(429, Refusals.CODE, Refusals.message(whose, allowed, waitMs))
            .retryAfter(Duration.ofMillis(waitMs)));
  }

  private Tally tally(String account) {
    return tallies.computeIfAbsent(account, name -> new Tally());
  }

  private void forgetOthers() {
    tallies.keySet().removeIf(name -> !ofTenants.containsKey(name) && !ofKeys.containsKey(name));
  }

  private static boolean limits(Quota quota) {
    return Stream.of(
            quota.getRequestsPerMinute(), quota.getTokensPerMinute(), quota.getConcurrentRequests())
        .anyMatch(limit -> limit != null);
  }

  private static String account(String tenant, String key) {
    return tenant + "/" + key;
  }
}
