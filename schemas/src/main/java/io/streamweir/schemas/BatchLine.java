package io.streamweir.schemas;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A line of a batch. Its request id is made of the two, so that a line which is sent twice, by
 * whomever, is one request.
 *
 * @param batchId {@code batch_} and up to 64 letters, digits, dashes or underscores
 * @param line from 1
 */
public record BatchLine(String batchId, int line) {

  /** Request metadata: the batch that a line belongs to. */
  public static final String BATCH_ID = "weir.batch_id";

  /** Request metadata: what the client calls the line. */
  public static final String CUSTOM_ID = "weir.custom_id";

  private static final String PREFIX = "batch_";
  private static final Pattern BATCH = Pattern.compile(PREFIX + "[A-Za-z0-9_-]{1,64}");
  private static final Pattern LINE = Pattern.compile("[1-9][0-9]{0,8}");

  /** Reads a request id; empty if it is not that of a line. */
  public static Optional<BatchLine> parse(String requestId) {
    var dot = requestId.startsWith(PREFIX) ? requestId.lastIndexOf('.') : -1;
    if (dot < 0 || !LINE.matcher(requestId.substring(dot + 1)).matches()) {
      return Optional.empty();
    }
    var batch = requestId.substring(0, dot);
    return isBatch(batch)
        ? Optional.of(new BatchLine(batch, Integer.parseInt(requestId.substring(dot + 1))))
        : Optional.empty();
  }

  /** Whether a text is the id of a batch. */
  public static boolean isBatch(String id) {
    return id.startsWith(PREFIX) && BATCH.matcher(id).matches();
  }

  /** The id of a new batch. */
  public static String batchId(String unique) {
    return PREFIX + unique;
  }

  public String requestId() {
    return batchId + "." + line;
  }
}
