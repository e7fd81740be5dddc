package io.streamweir.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What can happen to an engine. It is ordered by a file of that name in the directory of the model;
 * the engine that takes the order deletes the file.
 */
enum EngineFault {
  /** The engine ends with an exception. */
  EXCEPTION("engine-fault.exception"),
  /** A step does not end. */
  HANG("engine-fault.hang");

  private final String fileName;

  EngineFault(String fileName) {
    this.fileName = fileName;
  }

  /** Takes an order, if there is one that no other engine has taken. */
  static Optional<EngineFault> take(Path modelDirectory) {
    for (var fault : values()) {
      try {
        if (Files.deleteIfExists(modelDirectory.resolve(fault.fileName))) {
          return Optional.of(fault);
        }
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot take the order for " + fault, e);
      }
    }
    return Optional.empty();
  }
}
