package io.streamweir.gateway.generation;

import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/**
 * Under which a call runs.
 *
 * @param revoked asked about once a second: the call ends when it is
 * @param cancels whether a call that ends so takes its request with it
 * @param open told how many requests begin, and, as a negative number, how many have ended
 */
public record Permit(BooleanSupplier revoked, boolean cancels, IntConsumer open) {}
