/** The usage ledger: what is billed, per tenant, model, lane and hour. */
package io.streamweir.sinks.ledger;
