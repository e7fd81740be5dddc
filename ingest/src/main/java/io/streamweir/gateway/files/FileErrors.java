package io.streamweir.gateway.files;

import io.streamweir.gateway.generation.CallErrors;
import io.streamweir.gateway.http.ApiError;

/** What went wrong with a file, in the terms of clients. */
public final class FileErrors {

  private FileErrors() {}

  public static ApiError of(Throwable failure) {
    return failure instanceof FileGoneException
        ? ApiError.of(410, "file_gone", failure.getMessage())
        : CallErrors.of(failure);
  }

  /**
   * @param param that names the file
   */
  public static ApiError unknown(String param, String id) {
    return new ApiError(404, "file_not_found", "There is no file '" + id + "'.", param);
  }
}
