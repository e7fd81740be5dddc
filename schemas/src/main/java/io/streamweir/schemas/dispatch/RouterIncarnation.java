package io.streamweir.schemas.dispatch;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * The header of a record on a dispatch topic that says which run of the router wrote it: eight
 * bytes, big-endian, greater than that of all runs before. A record with the header and without a
 * value is a marker: it carries no request.
 *
 * <p>A header and no field, so that a reader can tell without decoding.
 */
public final class RouterIncarnation {

  /** Name of the header. */
  public static final String HEADER = "weir-router-incarnation";

  /** Of a record without the header. */
  public static final long NONE = 0;

  private RouterIncarnation() {}

  /**
   * The headers of a record.
   *
   * @param incarnation {@link #NONE} for none
   */
  public static List<Header> headers(long incarnation) {
    if (incarnation == NONE) {
      return List.of();
    }
    var value = ByteBuffer.allocate(Long.BYTES).putLong(incarnation).array();
    return List.of(new RecordHeader(HEADER, value));
  }

  /** What the headers of a record say; {@link #NONE} if they say nothing that can be read. */
  public static long of(Headers headers) {
    var header = headers.lastHeader(HEADER);
    if (header == null || header.value() == null || header.value().length != Long.BYTES) {
      return NONE;
    }
    return ByteBuffer.wrap(header.value()).getLong();
  }
}
