package io.streamweir.router.quota;

import io.streamweir.router.routing.Routed;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * A request that waits until its quotas allow it.
 *
 * <p>A mutable bean only because Flink's fast serializer asks for one; nobody changes it once made.
 */
public class Held {

  public static final TypeInformation<Held> TYPE = Types.POJO(Held.class);

  /** In the state of an older release also a refusal. */
  public Routed routed;

  /** Epoch milliseconds since when it waits; 0 in the state of an older release. */
  public long sinceMs;

  /** Epoch milliseconds until which it waits. */
  public long untilMs;

  /** For Flink. */
  public Held() {}

  static Held waiting(Routed routed, long sinceMs, long untilMs) {
    var held = new Held();
    held.routed = routed;
    held.sinceMs = sinceMs;
    held.untilMs = untilMs;
    return held;
  }

  /**
   * When it counts, by the clock of the log: when it came, and later by as long as it has waited.
   */
  long countsAtMs(long nowMs) {
    var waitedMs = sinceMs == 0 ? 0 : Math.max(0, nowMs - sinceMs);
    return routed.requestedAtMs + waitedMs;
  }
}
