package io.streamweir.router.quota;

import io.streamweir.router.routing.Routed;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * A request that waits for another of its tenant to end, or a refusal that no checkpoint holds yet.
 *
 * <p>A mutable bean only because Flink's fast serializer asks for one; nobody changes it once made.
 */
public class Held {

  public static final TypeInformation<Held> TYPE = Types.POJO(Held.class);

  /** The request, or its refusal. */
  public Routed routed;

  /** Epoch milliseconds until which a request waits. */
  public long untilMs;

  /**
   * Of a refusal: the last checkpoint that had begun when it was decided; the next one holds it.
   */
  public long checkpointBefore;

  /** For Flink. */
  public Held() {}

  static Held waiting(Routed routed, long untilMs) {
    var held = new Held();
    held.routed = routed;
    held.untilMs = untilMs;
    return held;
  }

  static Held refused(Routed refused, long checkpointBefore) {
    var held = new Held();
    held.routed = refused;
    held.checkpointBefore = checkpointBefore;
    return held;
  }

  boolean isRefused() {
    return routed.refusal != null;
  }
}
