package io.streamweir.router.quota;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * A request that was let through and has not ended.
 *
 * <p>A mutable bean only because Flink's fast serializer asks for one; nobody changes it once made.
 */
public class Begun {

  static final TypeInformation<Begun> TYPE = Types.POJO(Begun.class);

  /** Name of the API key; null if there is none. */
  public String apiKey;

  /** Epoch milliseconds. */
  public long atMs;

  /** For Flink. */
  public Begun() {}

  static Begun of(String apiKey, long atMs) {
    var begun = new Begun();
    begun.apiKey = apiKey;
    begun.atMs = atMs;
    return begun;
  }
}
