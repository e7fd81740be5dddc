package io.streamweir.router.quota;

import io.streamweir.router.source.SourceRecord;
import io.streamweir.schemas.Quota;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * News about the limits of an account.
 *
 * <p>A mutable bean only because Flink's fast serializer asks for one; nobody changes it once made.
 */
public class LimitChange {

  public static final TypeInformation<LimitChange> TYPE = Types.POJO(LimitChange.class);

  /** A tenant, or tenant/key. */
  public String account;

  /** Of the record that says so; a later one counts. */
  public long offset;

  /** Null: no limit; so are the next two. */
  public Long requestsPerMinute;

  public Long tokensPerMinute;
  public Long concurrentRequests;
  public int weight = 1;

  /** For Flink. */
  public LimitChange() {}

  static LimitChange to(String account, SourceRecord record, Quota quota, int weight) {
    var change = lifted(account, record);
    change.requestsPerMinute = quota.getRequestsPerMinute();
    change.tokensPerMinute = quota.getTokensPerMinute();
    change.concurrentRequests = quota.getConcurrentRequests();
    change.weight = weight;
    return change;
  }

  /** There are no limits any more. */
  static LimitChange lifted(String account, SourceRecord record) {
    var change = new LimitChange();
    change.account = account;
    change.offset = record.offset;
    return change;
  }

  Limits limits() {
    return Limits.of(new Quota(requestsPerMinute, tokensPerMinute, concurrentRequests), weight);
  }
}
