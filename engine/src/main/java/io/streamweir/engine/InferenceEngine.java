package io.streamweir.engine;

import java.time.Duration;

/**
 * An inference engine: it takes token ids, and hands tokens back a step at a time.
 *
 * <p>The engine owns its thread or threads. {@link #submit}, {@link #cancel} and {@link
 * #statistics} may be called from any thread and never block. Everything the engine says about a
 * sequence it says through the {@link EngineListener}, in order, and exactly one {@link
 * SequenceOutput} per submitted sequence carries a {@link FinishReason}, whatever happens: an
 * engine never forgets a sequence. The one exception is {@link #close}: sequences still in flight
 * then are the caller's, who keeps their tokens and may submit them to another engine as {@link
 * EngineRequest#generatedTokenIds()}. A step that fails is not the end of the engine: it computes
 * again from the tokens, and ends with {@code engine_step_error} only a sequence that fails alone.
 */
public interface InferenceEngine extends AutoCloseable {

  EngineCapabilities capabilities();

  /**
   * Starts stepping. Called once, before the first {@link #submit}.
   *
   * @throws IllegalStateException if it was started or closed before
   */
  void start(EngineListener listener);

  /**
   * Hands a sequence over. A request that cannot run (longer than the context, empty, a duplicate
   * id) is not thrown back but finished with {@link FinishReason#ERROR} through the listener, so
   * that it costs its neighbours nothing. The codes are {@code context_length_exceeded}, {@code
   * empty_prompt}, {@code invalid_token_id}, {@code invalid_sampling}, {@code
   * duplicate_sequence_id}; the finish of a duplicate carries the shared id and does not end the
   * sequence that had it first.
   *
   * @throws IllegalStateException if the engine was not started or is closed
   */
  void submit(EngineRequest request);

  /**
   * Ends a sequence with {@link FinishReason#CANCELLED} or {@link FinishReason#EXPIRED} within one
   * step. Unknown and finished ids are ignored.
   */
  void cancel(String sequenceId, FinishReason reason);

  /**
   * A snapshot as of the last step, plus what was submitted since; cheap enough to be read per
   * record.
   */
  EngineStatistics statistics();

  /**
   * The bytes that a token stands for, not always whole characters; of a control token its
   * spelling, and none if the engine does not know. Any thread.
   */
  byte[] spell(int tokenId);

  /**
   * A mask that keeps the text of a completion within a format. Takes some milliseconds when the
   * format is new. Any thread.
   *
   * @param responseFormat OpenAI's {@code response_format} as JSON, or a format of whole answers as
   *     {@link io.streamweir.text.grammar.AnswerFormat} writes it
   * @return null if any text will do
   * @throws IllegalArgumentException if the format is broken or this engine cannot follow it; the
   *     message says why
   */
  TokenMask.Factory constrain(String responseFormat);

  /** Stops the engine within a bounded time and frees memory and device. Idempotent. */
  @Override
  void close();

  /**
   * Waits until an engine that was closed has ended: its threads are gone and its memory is free.
   * One that hangs in a step never does, and only the end of the process frees what it holds. Any
   * thread.
   *
   * @return whether it has ended
   * @throws InterruptedException if the waiting thread was interrupted
   */
  boolean awaitEnd(Duration limit) throws InterruptedException;
}
