package io.streamweir.router.routing;

import io.streamweir.flink.OutboundRecord;
import io.streamweir.router.admission.Admitted;
import io.streamweir.router.outcome.Outcomes;
import io.streamweir.router.outcome.Refused;
import io.streamweir.schemas.Deployment;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.Lane;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * A request with the deployment that shall serve it, or with the records that refuse it.
 *
 * <p>A mutable bean only because Flink's fast serializer asks for one. Its weight is set once more,
 * by the quota operator.
 */
public class Routed {

  public static final TypeInformation<Routed> TYPE = Types.POJO(Routed.class);

  /** The records in which a refused request leaves; null if it was not. */
  public OutboundRecord[] refusal;

  /**
   * Why it is refused, if that might be decided otherwise when it is decided again: the records are
   * not made before a checkpoint holds it. Null if it is not.
   */
  public Refused provisional;

  public String tenant;

  /** Whether it belongs to the offline lane. */
  public boolean offline;

  public String requestId;

  /** Name of the API key; null if there is none. */
  public String apiKey;

  /** Epoch milliseconds, as the log has it: the same whenever it is read. */
  public long requestedAtMs;

  /** Epoch milliseconds; null if there is none. */
  public Long deadlineMs;

  /** The request in this program's version of the schema. */
  public byte[] request;

  public String deployment;
  public String modelPath;

  /** Longest prompt plus completion, tokens. */
  public int maxModelLen;

  /** Partition of the tokens topic that the answer goes to. */
  public int replyPartition;

  /** Epoch milliseconds. */
  public long acceptedAtMs;

  /** Of its tenant. */
  public int tenantWeight = 1;

  /** For Flink. */
  public Routed() {}

  public static Routed refused(InferenceRequest request, List<OutboundRecord> refusal) {
    var routed = new Routed();
    routed.tenant = request.getTenant();
    routed.offline = Outcomes.lane(request) == Lane.OFFLINE;
    routed.refusal = refusal.toArray(OutboundRecord[]::new);
    return routed;
  }

  public static Routed provisionally(InferenceRequest request, Refused refused) {
    var routed = new Routed();
    routed.tenant = request.getTenant();
    routed.offline = Outcomes.lane(request) == Lane.OFFLINE;
    routed.provisional = refused;
    return routed;
  }

  /** Whether it goes to no deployment. */
  public boolean isRefused() {
    return refusal != null || provisional != null;
  }

  static Routed to(
      Deployment deployment, Admitted admitted, InferenceRequest request, long acceptedAtMs) {
    var routed = new Routed();
    routed.tenant = request.getTenant();
    routed.offline = Outcomes.lane(request) == Lane.OFFLINE;
    routed.requestId = request.getRequestId();
    routed.apiKey = request.getApiKey();
    routed.requestedAtMs = admitted.source.timestampMs;
    routed.deadlineMs = request.getDeadlineMs();
    routed.request = admitted.requestBytes();
    routed.replyPartition = admitted.replyPartition;
    routed.deployment = deployment.getName();
    routed.modelPath = deployment.getModelPath();
    routed.maxModelLen = deployment.getMaxModelLen();
    routed.acceptedAtMs = acceptedAtMs;
    return routed;
  }
}
