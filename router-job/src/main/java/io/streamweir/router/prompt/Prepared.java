package io.streamweir.router.prompt;

import io.streamweir.router.outcome.Rejection;
import io.streamweir.schemas.DispatchedRequest;

/** What becomes of a request when its model has looked at its text. */
sealed interface Prepared {

  /** It fits. */
  record Ready(DispatchedRequest request) implements Prepared {}

  /** Its tokens were to be counted, and that is all. */
  record Counted(int promptTokens) implements Prepared {}

  /** It does not. */
  record Refused(Rejection rejection) implements Prepared {}
}
