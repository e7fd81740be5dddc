package io.streamweir.text.tokenizer;

import java.nio.file.Path;

/**
 * A model directory whose files are missing, unreadable or of a kind that is not supported. The
 * message names the file and what to do.
 */
public final class ModelFilesException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public ModelFilesException(Path file, String problem) {
    super(file + ": " + problem);
  }

  public ModelFilesException(Path file, String problem, Throwable cause) {
    super(file + ": " + problem, cause);
  }
}
