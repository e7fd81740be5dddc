package io.streamweir.router.admission;

import io.streamweir.router.outcome.Excerpt;
import io.streamweir.router.outcome.Rejection;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.RequestLimits;
import java.util.List;
import java.util.Optional;

/** What makes (tenant, request_id) an identity that keys, logs and messages can carry. */
final class IdentityRules {

  private static final int MOST_ID_CHARS = 128;
  private static final char REPLACEMENT = '\uFFFD';

  static final List<Rule> ALL = List.of(IdentityRules::requestId, IdentityRules::tenant);

  private IdentityRules() {}

  private static Optional<Rejection> requestId(InferenceRequest request) {
    var id = request.getRequestId();
    var valid =
        !id.isEmpty()
            && id.length() <= MOST_ID_CHARS
            && id.indexOf(REPLACEMENT) < 0
            && id.codePoints().noneMatch(Character::isISOControl);
    return Rule.require(
        valid,
        "request_id",
        Excerpt.of(id),
        "1 to " + MOST_ID_CHARS + " characters, none of them a control character or U+FFFD");
  }

  private static Optional<Rejection> tenant(InferenceRequest request) {
    var tenant = request.getTenant();
    return Rule.require(
        RequestLimits.TENANT.matcher(tenant).matches(),
        "tenant",
        Excerpt.of(tenant),
        "1 to 64 of the characters A-Z a-z 0-9 _ . -");
  }
}
