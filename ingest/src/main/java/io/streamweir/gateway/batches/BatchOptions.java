package io.streamweir.gateway.batches;

import java.time.InstantSource;
import java.util.Map;

/**
 * How batches are run.
 *
 * @param endpoints what lines may be for, by path
 * @param runs false leaves the work to other gateways
 */
public record BatchOptions(
    Map<String, BatchEndpoint> endpoints, BatchLimits limits, boolean runs, InstantSource clock) {}
