package io.streamweir.sinks.ledger;

/** The ledger cannot be read now; a later try may succeed unless the message says otherwise. */
public final class LedgerUnavailableException extends RuntimeException {

  private final String code;

  LedgerUnavailableException(String code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** {@code not_ready} or {@code accounts_elsewhere}. */
  public String code() {
    return code;
  }
}
