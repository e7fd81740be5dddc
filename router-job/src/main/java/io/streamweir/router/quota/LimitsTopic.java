package io.streamweir.router.quota;

import io.streamweir.router.source.SourceRecord;
import io.streamweir.schemas.ApiKey;
import io.streamweir.schemas.TenantPolicy;
import java.io.Serializable;
import org.apache.avro.specific.SpecificRecord;

/**
 * What a record of a topic says about limits.
 *
 * @param <T> the records of the topic
 */
@FunctionalInterface
public interface LimitsTopic<T extends SpecificRecord> extends Serializable {

  LimitsTopic<TenantPolicy> TENANTS =
      (policy, record) ->
          LimitChange.to(policy.getTenant(), record, policy.getQuota(), policy.getWeight());

  LimitsTopic<ApiKey> KEYS =
      (key, record) ->
          LimitChange.to(
              LimitTable.account(key.getTenant(), key.getName()), record, key.getQuota(), 1);

  LimitChange change(T decoded, SourceRecord record);
}
