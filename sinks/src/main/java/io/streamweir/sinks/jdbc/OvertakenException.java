package io.streamweir.sinks.jdbc;

/**
 * Another instance has stored records of a partition since this one read where to go on: the
 * partition is not this one's any more. Nothing of this transaction counts; read again where to go
 * on.
 */
final class OvertakenException extends RuntimeException {
  OvertakenException(Step step) {
    super(
        "Partition "
            + step.partition()
            + " is not at offset "
            + step.from()
            + " any more: another instance of this sink has it");
  }
}
