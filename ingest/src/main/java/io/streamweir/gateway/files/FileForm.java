package io.streamweir.gateway.files;

import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.util.Set;

/**
 * What the form of an upload says beside the file.
 *
 * @param purpose batch
 * @param kept how long
 */
record FileForm(String purpose, Duration kept) {

  private static final String PURPOSE = "purpose";
  private static final String BATCH = "batch";
  private static final String ANCHOR = "expires_after[anchor]";
  private static final String SECONDS = "expires_after[seconds]";
  private static final Set<String> NAMES = Set.of(PURPOSE, ANCHOR, SECONDS);
  private static final int MOST_NAME_CHARS = 255;

  /**
   * @throws ApiException that names the field at fault
   */
  static FileForm of(MultiMap fields, Duration mostKept) {
    for (var name : fields.names()) {
      if (!NAMES.contains(name)) {
        throw new ApiException(
            new ApiError(
                400,
                "unknown_parameter",
                "'"
                    + name
                    + "' is no field of this form; those are file, "
                    + PURPOSE
                    + ", "
                    + ANCHOR
                    + " and "
                    + SECONDS
                    + ". A file needs a file name.",
                name));
      }
    }
    if (!BATCH.equals(fields.get(PURPOSE))) {
      throw invalid(
          PURPOSE,
          "'purpose' is "
              + (fields.get(PURPOSE) == null ? "missing" : "'" + fields.get(PURPOSE) + "'")
              + ", but must be 'batch'.");
    }
    return new FileForm(BATCH, kept(fields.get(ANCHOR), fields.get(SECONDS), mostKept));
  }

  /**
   * @param anchor null if the client gave none
   * @param seconds null if the client gave none
   */
  private static Duration kept(String anchor, String seconds, Duration most) {
    if (anchor == null && seconds == null) {
      return most;
    }
    if (!"created_at".equals(anchor)) {
      throw invalid(ANCHOR, "'" + ANCHOR + "' must be 'created_at'.");
    }
    try {
      return KeptFor.seconds(SECONDS, Long.parseLong(String.valueOf(seconds)), most);
    } catch (NumberFormatException e) {
      throw invalid(SECONDS, "'" + SECONDS + "' is '" + seconds + "', which is no number.");
    }
  }

  /**
   * A file name as clients give it. It names nothing on any disk, but whoever downloads the file
   * may use it for one.
   *
   * @throws ApiException if it could lead elsewhere
   */
  static String filename(String given) {
    var name = given == null ? "" : given;
    var plain = name.chars().noneMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c));
    if (name.isBlank()
        || !plain
        || name.length() > MOST_NAME_CHARS
        || Set.of(".", "..").contains(name)) {
      throw invalid(
          "file",
          "The file name must be 1 to "
              + MOST_NAME_CHARS
              + " characters without slashes, backslashes and control characters, and not '.' or"
              + " '..'.");
    }
    return name;
  }

  private static ApiException invalid(String param, String message) {
    return new ApiException(ApiError.invalid(param, message));
  }
}
