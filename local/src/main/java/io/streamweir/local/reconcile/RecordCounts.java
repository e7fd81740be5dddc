package io.streamweir.local.reconcile;

/**
 * Records that were read and concern the range.
 *
 * @param requestRecords on the request topics, duplicates included
 * @param undecodable records of these topics that are no requests
 * @param results of whatever request, also of one sent before the range
 * @param billedTokens completion tokens of the usage records
 */
public record RecordCounts(
    long requestRecords,
    long undecodable,
    long deadLetters,
    long results,
    long usageRecords,
    long billedTokens,
    long chunks) {}
