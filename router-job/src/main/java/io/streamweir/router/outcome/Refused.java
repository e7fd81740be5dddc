package io.streamweir.router.outcome;

import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.codec.AvroCodec;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * A refusal that is not told yet: no more than its records are made of.
 *
 * <p>A mutable bean only because Flink's fast serializer asks for one; nobody changes it once made.
 */
public class Refused {

  public static final TypeInformation<Refused> TYPE = Types.POJO(Refused.class);

  /** The request without what only an engine would need. */
  public byte[] request;

  public ErrorCode code;
  public String message;

  /** See {@link Rejection#retryAfterMs}. */
  public Long retryAfterMs;

  /** Where the caller listens. */
  public int replyPartition;

  /** Model in whose name it is counted; see {@link Outcomes#refusal}. */
  public String account;

  /** For Flink. */
  public Refused() {}

  public static Refused of(
      InferenceRequest request,
      Rejection rejection,
      int replyPartition,
      String account,
      AvroCodec<InferenceRequest> codec) {
    var refused = new Refused();
    refused.request = codec.encode(Outcomes.essence(request));
    refused.code = rejection.code();
    refused.message = rejection.message();
    refused.retryAfterMs = rejection.retryAfterMs();
    refused.replyPartition = replyPartition;
    refused.account = account;
    return refused;
  }

  public Rejection rejection() {
    return new Rejection(code, message, retryAfterMs);
  }

  /** About as many bytes as it holds. */
  public int size() {
    return request.length + message.length();
  }
}
