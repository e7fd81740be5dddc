package io.streamweir.local.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What a demo runs on.
 *
 * @param input CSV with the columns of dev.csv
 * @param trace arrivals of the online requests; empty for synthetic ones
 * @param rate mean of the online requests, per second
 * @param duration of the online load
 * @param model asked
 * @param dashboard where it is, for the report
 */
public record DemoOptions(
    Path input,
    Optional<Path> trace,
    double rate,
    Duration duration,
    String model,
    String dashboard) {}
