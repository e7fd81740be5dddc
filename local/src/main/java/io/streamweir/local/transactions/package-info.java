/** Transactions that the broker has not ended: they hold back who reads committed records. */
package io.streamweir.local.transactions;
