package io.streamweir.gateway.generation;

import io.streamweir.gateway.http.ApiError;
import io.streamweir.schemas.TokenChunk;

/** One choice of an answer while it comes into being. On the event loop only. */
interface Reply {

  /**
   * Takes tokens, possibly without text: a token may release no character.
   *
   * @return whether the client was sent something
   */
  boolean chunk(TokenChunk chunk);

  /**
   * Forgets the text, because the log starts the stream over.
   *
   * @return false if the client has some of it already
   */
  boolean startOver();

  /**
   * The choice has completed.
   *
   * @param last its last chunk, which {@link #chunk} was given before
   */
  void finish(TokenChunk last);

  /** Ends the whole answer. */
  void fail(ApiError error);

  /** Whether the client can take more now. */
  boolean writable();

  /** Calls back once when the client can take more. */
  void whenWritable(Runnable then);

  /**
   * Closes the connection without another word, because nobody reads. What is written already is
   * still offered to the client until the connection's idle timeout.
   */
  void sever();

  /** Tells a silent connection that somebody is there. */
  void keepAlive();
}
