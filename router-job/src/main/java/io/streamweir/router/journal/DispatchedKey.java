package io.streamweir.router.journal;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * A request that a predecessor has dispatched.
 *
 * <p>A mutable bean only because Flink's fast serializer asks for one; nobody changes it once made.
 */
public class DispatchedKey {

  static final TypeInformation<DispatchedKey> TYPE = Types.POJO(DispatchedKey.class);

  /** {@code tenant/request_id}. */
  public String identity;

  /** Epoch milliseconds at which a successor read it back. */
  public long atMs;

  /** For Flink. */
  public DispatchedKey() {}

  static DispatchedKey of(String identity, long atMs) {
    var key = new DispatchedKey();
    key.identity = identity;
    key.atMs = atMs;
    return key;
  }
}
