package io.streamweir.inference.operator;

/**
 * An order to end a request.
 *
 * @param id tenant/request_id
 * @param reason null if none was given
 * @param issuedAtMillis when it was written to the control topic
 */
record CancelCommand(String id, String reason, long issuedAtMillis) {}
