package io.streamweir.gateway;

/** The request headers that routes heed on which tokens are generated. */
enum GenerationHeader {
  TENANT("X-Weir-Tenant", "who is billed; `default` if it is absent"),
  IDEMPOTENCY_KEY(
      "Idempotency-Key",
      "1 to 255 printable characters: a second request with it, to any gateway, gets the answer of"
          + " the first and does not run again, for 24 hours; another body under it is refused with"
          + " 422"),
  LAST_EVENT_ID(
      "Last-Event-ID",
      "with an Idempotency-Key: the stream goes on behind this event, which the client had last"),
  VERSION("anthropic-version", "a date, 2023-06-01 or later");

  private final String wireName;
  private final String meaning;

  GenerationHeader(String wireName, String meaning) {
    this.wireName = wireName;
    this.meaning = meaning;
  }

  String wireName() {
    return wireName;
  }

  String meaning() {
    return meaning;
  }

  boolean required() {
    return this == VERSION;
  }

  boolean isOf(Protocol protocol) {
    return this != VERSION || protocol.path().startsWith(Protocol.MESSAGES.path());
  }
}
