/**
 * Small random checkpoints, and what they compute, in plain Java: the oracle of the engine tests.
 */
package io.streamweir.engine.reference;
