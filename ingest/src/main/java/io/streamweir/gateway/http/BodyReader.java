package io.streamweir.gateway.http;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Receives the body of a request within a size and a time. Exactly one of the two outcomes is
 * called, unless the client goes away first.
 */
public final class BodyReader {

  /** A large body on a slow line takes its time, and its client looks for the answer afterwards. */
  private static final long LINGER_MS = 10_000;

  private final Vertx vertx;
  private final long limitBytes;
  private final Duration timeout;
  private final ByteBudget budget;

  /**
   * @param limitBytes of one body
   * @param timeout for one body to arrive
   * @param budget of all bodies of the gateway
   */
  public BodyReader(Vertx vertx, long limitBytes, Duration timeout, ByteBudget budget) {
    this.vertx = vertx;
    this.limitBytes = limitBytes;
    this.timeout = timeout;
    this.budget = budget;
  }

  /** What to do with a body. */
  public interface Receiver {

    /**
     * @param lease of the body's bytes; to be released when the body need not be in memory
     */
    void received(Buffer body, ByteBudget.Lease lease);
  }

  /**
   * @param receiver gets the whole body
   * @param refused gets the reason why there is none; the connection is closed after the answer,
   *     because the rest of the body is not worth waiting for
   */
  public void read(HttpServerRequest request, Receiver receiver, Consumer<ApiError> refused) {
    var announced = request.getHeader("Content-Length");
    if (announced != null && Long.parseLong(announced) > limitBytes) {
      refuse(request, refused, tooLarge("announces " + announced));
      return;
    }
    new Reading(request, receiver, refused).start();
  }

  /**
   * The body as text.
   *
   * @throws ApiException if it is not UTF-8; names the offset of the first bad byte
   */
  public static String text(Buffer body) {
    return text("The body", body.getBytes());
  }

  /**
   * Bytes as text.
   *
   * @param what they are, for the message: "The body"
   * @throws ApiException if they are not UTF-8; names the offset of the first bad byte
   */
  public static String text(String what, byte[] bytes) {
    var buffer = ByteBuffer.wrap(bytes);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(buffer).toString();
    } catch (CharacterCodingException e) {
      throw new ApiException(
          ApiError.of(
              400,
              "invalid_text",
              what
                  + " is not valid UTF-8: the byte at offset "
                  + buffer.position()
                  + " begins no character. Send UTF-8."));
    }
  }

  /**
   * Answers, and throws away what still comes for a moment before the connection is closed: closing
   * it in the middle of the upload would take the answer with it.
   */
  private void refuse(HttpServerRequest request, Consumer<ApiError> refused, ApiError error) {
    refuseAndClose(vertx, request, refused, error);
  }

  /** The same for who receives a body by himself. */
  public static void refuseAndClose(
      Vertx vertx, HttpServerRequest request, Consumer<ApiError> refused, ApiError error) {
    request.response().putHeader("Connection", "close");
    refused.accept(error);
    request.handler(part -> {});
    vertx.setTimer(LINGER_MS, id -> request.connection().close());
  }

  private ApiError tooLarge(String what) {
    return ApiError.of(
        413,
        "prompt_too_large",
        "The body "
            + what
            + " bytes, but this gateway takes at most "
            + limitBytes
            + " (body.limit). Shorten the prompt.");
  }

  private final class Reading {

    private final HttpServerRequest request;
    private final Receiver receiver;
    private final Consumer<ApiError> refused;
    private final Buffer body = Buffer.buffer();
    private final ByteBudget.Lease lease = budget.lease();
    private final long timer;
    private boolean over;

    Reading(HttpServerRequest request, Receiver receiver, Consumer<ApiError> refused) {
      this.request = request;
      this.receiver = receiver;
      this.refused = refused;
      this.timer = vertx.setTimer(timeout.toMillis(), id -> late());
    }

    void start() {
      request.handler(this::take);
      request.exceptionHandler(
          gone -> {
            if (finish()) {
              lease.release();
            }
          });
      request.endHandler(
          end -> {
            if (finish()) {
              receiver.received(body, lease);
            }
          });
    }

    private void take(Buffer part) {
      if (over) {
        return;
      }
      if (body.length() + part.length() > limitBytes) {
        giveUp(tooLarge("exceeds " + limitBytes));
      } else if (!lease.grow(part.length())) {
        giveUp(
            ApiError.unavailable(
                "overloaded",
                "The bodies of requests that wait take all of the gateway's "
                    + budget.limit()
                    + " bytes for them (body.total-limit). Try again later."));
      } else {
        body.appendBuffer(part);
      }
    }

    private void late() {
      giveUp(
          ApiError.of(
              408,
              "request_timeout",
              "The body did not arrive within "
                  + timeout.toMillis()
                  + " ms (receive.timeout); "
                  + body.length()
                  + " bytes did."));
    }

    private void giveUp(ApiError error) {
      if (finish()) {
        lease.release();
        refuse(request, refused, error);
      }
    }

    private boolean finish() {
      var first = !over;
      over = true;
      vertx.cancelTimer(timer);
      return first;
    }
  }
}
