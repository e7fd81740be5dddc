package io.streamweir.gateway.files;

import java.time.Duration;

/**
 * What files may be.
 *
 * @param bytes of one file
 * @param perTenant files of one tenant
 * @param timeout for all of an upload to arrive
 * @param kept how long a file is kept at most
 */
public record FileLimits(long bytes, int perTenant, Duration timeout, Duration kept) {}
