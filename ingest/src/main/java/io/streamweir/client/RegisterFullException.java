package io.streamweir.client;

/**
 * A tenant has more remembered streams than is its share; nothing was sent. There is room again
 * when the oldest are forgotten, and for requests that need not be remembered at any time.
 */
public final class RegisterFullException extends ClientException {

  public RegisterFullException(String tenant, int entries, int limit) {
    super(
        "Tenant '"
            + tenant
            + "' has "
            + entries
            + " requests with an Idempotency-Key or a request id of its own within a day, and all"
            + " tenants together may have "
            + limit
            + " (streams.limit), of which one gets at most what it leaves free. Nothing was sent."
            + " Send without the key, or have the limit raised.",
        null);
  }
}
