package io.streamweir.gateway.files;

import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import java.time.Duration;

/** How long a file is kept, as clients say it. */
public final class KeptFor {

  private static final Duration LEAST = Duration.ofHours(1);

  private KeptFor() {}

  /**
   * @param param names the value
   * @throws ApiException if it is out of bounds
   */
  public static Duration seconds(String param, long seconds, Duration most) {
    if (seconds < LEAST.toSeconds() || seconds > most.toSeconds()) {
      throw new ApiException(
          ApiError.invalid(
              param,
              "'%s' is %d, but must be from %d to %d."
                  .formatted(param, seconds, LEAST.toSeconds(), most.toSeconds())));
    }
    return Duration.ofSeconds(seconds);
  }
}
