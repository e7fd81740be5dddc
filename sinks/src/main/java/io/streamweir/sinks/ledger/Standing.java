package io.streamweir.sinks.ledger;

/**
 * How far the ledger is.
 *
 * @param unread committed records that are not in the sums yet; transaction markers count too
 * @param undecided records of transactions that have not ended, and what stands behind them: nobody
 *     can say yet whether they are bills
 */
public record Standing(long unread, long undecided) {}
