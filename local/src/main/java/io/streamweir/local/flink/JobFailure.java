package io.streamweir.local.flink;

import java.time.Instant;

/**
 * A failure after which Flink restarted a job, or part of it.
 *
 * @param cause the innermost one, in a line
 */
public record JobFailure(String cause, Instant at) {}
