package io.streamweir.local.requests;

import java.util.Objects;
import java.util.function.Supplier;

/**
 * What a request gets where its line in the file says nothing.
 *
 * @param model null if every line must name one
 * @param offline the lane
 * @param maxTokens null leaves it to the model
 * @param requestIds makes a new id
 */
public record RequestDefaults(
    String model, String tenant, boolean offline, Integer maxTokens, Supplier<String> requestIds) {

  public RequestDefaults {
    Objects.requireNonNull(tenant, "tenant is null");
    Objects.requireNonNull(requestIds, "requestIds is null");
  }
}
