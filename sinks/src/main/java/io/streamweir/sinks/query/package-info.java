/** Answers questions about the ledger over HTTP. */
package io.streamweir.sinks.query;
