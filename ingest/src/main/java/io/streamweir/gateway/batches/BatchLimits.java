package io.streamweir.gateway.batches;

import java.time.Duration;

/**
 * What a batch may be.
 *
 * @param lines of one batch at most, blank ones included
 * @param lineBytes of one line
 * @param active batches of a tenant that have not ended
 * @param grace how long results are waited for after a cancel or the end of the window
 */
public record BatchLimits(int lines, int lineBytes, int active, Duration grace) {}
