package io.streamweir.router.quota;

import io.streamweir.router.routing.Routed;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * A request that waits for another of its tenant to end.
 *
 * <p>A mutable bean only because Flink's fast serializer asks for one; nobody changes it once made.
 */
public class Held {

  public static final TypeInformation<Held> TYPE = Types.POJO(Held.class);

  /** In the state of an older release also a refusal. */
  public Routed routed;

  /** Epoch milliseconds until which it waits. */
  public long untilMs;

  /** For Flink. */
  public Held() {}

  static Held waiting(Routed routed, long untilMs) {
    var held = new Held();
    held.routed = routed;
    held.untilMs = untilMs;
    return held;
  }
}
