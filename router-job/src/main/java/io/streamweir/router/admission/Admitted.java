package io.streamweir.router.admission;

import io.streamweir.router.outcome.DeadRecord;
import io.streamweir.router.outcome.ErrorCode;
import io.streamweir.router.outcome.Rejection;
import io.streamweir.router.source.SourceRecord;
import io.streamweir.schemas.RequestKey;
import java.util.Optional;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * What admission makes of a source record: a request, good or to be rejected, or a dead letter.
 *
 * <p>A rejection waits for the dedupe behind it: a bad request that is sent twice is answered once.
 *
 * <p>A mutable bean only because Flink's fast serializer asks for one. Only {@link #rejected}
 * changes it once made.
 */
public class Admitted {

  public static final TypeInformation<Admitted> TYPE = Types.POJO(Admitted.class);

  /** What decides on sameness: the identity of the request, or the position of the record. */
  public String identity;

  public SourceRecord source;

  /**
   * The request in this program's version of the schema; null if the source record holds just that,
   * and for a dead letter.
   */
  public byte[] translated;

  /** Partition of the tokens topic that the answer goes to; meaningless for a dead letter. */
  public int replyPartition;

  /** Name of the {@link ErrorCode}; null if the request is good. */
  public String rejectionCode;

  public String rejectionMessage;

  /** Null unless this is a dead letter. */
  public String deadCode;

  public String deadMessage;

  /** For Flink. */
  public Admitted() {}

  /**
   * @param translated null if the source record has this program's version of the schema
   */
  static Admitted good(SourceRecord source, RequestKey key, byte[] translated, int replyPartition) {
    var admitted = new Admitted();
    admitted.identity = key.toString();
    admitted.source = source;
    admitted.translated = translated;
    admitted.replyPartition = replyPartition;
    return admitted;
  }

  /** The same, to be refused. */
  Admitted rejected(Rejection rejection) {
    rejectionCode = rejection.code().name();
    rejectionMessage = rejection.message();
    return this;
  }

  static Admitted dead(SourceRecord source, String code, String message) {
    var admitted = new Admitted();
    admitted.identity = source.toString();
    admitted.source = source;
    admitted.deadCode = code;
    admitted.deadMessage = message;
    return admitted;
  }

  /** The key of the stream behind admission. */
  public String identity() {
    return identity;
  }

  /** The request in this program's version of the schema; meaningless for a dead letter. */
  public byte[] requestBytes() {
    return translated == null ? source.value : translated;
  }

  public Optional<Rejection> rejection() {
    return rejectionCode == null
        ? Optional.empty()
        : Optional.of(new Rejection(ErrorCode.valueOf(rejectionCode), rejectionMessage));
  }

  public Optional<DeadRecord> deadRecord() {
    return deadCode == null ? Optional.empty() : Optional.of(deadRecord(deadCode, deadMessage));
  }

  /** The source record as a dead letter, for a reason that showed only later. */
  public DeadRecord deadRecord(String code, String message) {
    return new DeadRecord(
        source.topic, source.partition, source.offset, source.key, source.value, code, message);
  }
}
