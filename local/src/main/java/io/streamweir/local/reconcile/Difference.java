package io.streamweir.local.reconcile;

/**
 * Something on which the topics do not agree.
 *
 * @param subject the request, account or record that it is about
 * @param detail what was found, in words
 */
public record Difference(DifferenceKind kind, String subject, String detail) {

  @Override
  public String toString() {
    return kind.code() + " " + subject + ": " + detail;
  }
}
