package io.streamweir.router.quota;

import io.streamweir.router.routing.Routed;
import io.streamweir.schemas.UsageRecord;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * What a quota hears of a request: that it wants in, or what it took when it ended.
 *
 * <p>A mutable bean only because Flink's fast serializer asks for one; nobody changes it once made.
 */
public class Metered {

  public static final TypeInformation<Metered> TYPE = Types.POJO(Metered.class);

  public String tenant;

  /** Null if it has ended. */
  public Routed routed;

  public String requestId;

  /** Name of the API key; null if there is none. */
  public String apiKey;

  /** Prompt and completion tokens. */
  public long tokens;

  /** Epoch milliseconds. */
  public long endedAtMs;

  /** Whether a replica had it; else the router refused it. */
  public boolean served;

  /** For Flink. */
  public Metered() {}

  public static Metered beginning(Routed routed) {
    var metered = new Metered();
    metered.tenant = routed.tenant;
    metered.routed = routed;
    return metered;
  }

  /**
   * @param loggedAtMs when the broker took the record: a replica whose clock is ahead must not fill
   *     minutes that are still to come
   */
  static Metered end(UsageRecord usage, long loggedAtMs) {
    var metered = new Metered();
    metered.tenant = usage.getTenant();
    metered.requestId = usage.getRequestId();
    metered.apiKey = usage.getApiKey();
    metered.tokens =
        (long) usage.getUsage().getPromptTokens() + usage.getUsage().getCompletionTokens();
    metered.endedAtMs = Math.min(usage.getFinishedAtMs(), loggedAtMs);
    metered.served = !usage.getDeployment().isEmpty();
    return metered;
  }

  public String tenant() {
    return tenant;
  }
}
