package io.streamweir.gateway.http;

/** Carries an {@link ApiError} out of the depth of a parser. */
public final class ApiException extends RuntimeException {

  private final transient ApiError error;

  public ApiException(ApiError error) {
    super(error.message());
    this.error = error;
  }

  public ApiError error() {
    return error;
  }
}
