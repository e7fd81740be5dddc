package io.streamweir.engine;

/** A model could not be loaded; the message says which file, tensor or setting, and what to do. */
public class EngineLoadException extends RuntimeException {
  public EngineLoadException(String message) {
    super(message);
  }

  public EngineLoadException(String message, Throwable cause) {
    super(message, cause);
  }
}
