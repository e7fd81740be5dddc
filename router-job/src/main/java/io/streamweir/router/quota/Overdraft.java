package io.streamweir.router.quota;

import io.streamweir.router.outcome.Rejection;

/**
 * Why a request is one too many.
 *
 * @param waits whether it may wait for another one to end
 */
record Overdraft(Rejection rejection, boolean waits) {}
