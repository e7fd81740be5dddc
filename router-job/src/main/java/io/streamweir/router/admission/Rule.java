package io.streamweir.router.admission;

import io.streamweir.router.outcome.ErrorCode;
import io.streamweir.router.outcome.Rejection;
import io.streamweir.schemas.InferenceRequest;
import java.util.Optional;

/** One thing that a request must obey. Pure. */
@FunctionalInterface
interface Rule {

  /** Why the request breaks this rule, or empty. */
  Optional<Rejection> check(InferenceRequest request);

  /** A rule about a field: its value, as a message shows it, must be what the words say. */
  static Optional<Rejection> require(boolean holds, String field, Object shown, String allowed) {
    return holds
        ? Optional.empty()
        : reject(
            ErrorCode.INVALID_REQUEST, field + " is " + shown + ", but must be " + allowed + ".");
  }

  static Optional<Rejection> reject(ErrorCode code, String message) {
    return Optional.of(new Rejection(code, message));
  }
}
