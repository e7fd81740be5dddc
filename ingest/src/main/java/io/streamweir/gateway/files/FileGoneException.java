package io.streamweir.gateway.files;

/** The log does not hold the bytes of a file any more: its retention is over. Upload it again. */
public final class FileGoneException extends RuntimeException {

  public FileGoneException(String fileKey, Throwable cause) {
    super(
        "The content of file "
            + fileKey
            + " is gone: the topic of chunks does not keep it any longer. Upload the file again.",
        cause);
  }
}
