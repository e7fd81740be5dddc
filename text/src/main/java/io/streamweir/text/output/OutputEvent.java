package io.streamweir.text.output;

/**
 * A piece of an answer. Neighbouring deltas of one kind belong together; how they are cut depends
 * on how the text came, what they say when joined does not.
 */
public sealed interface OutputEvent {

  /** More of what the model thinks before it answers. */
  record Reasoning(String text) implements OutputEvent {}

  /** More of what the model says to the user. */
  record Content(String text) implements OutputEvent {}

  /**
   * A call of a tool begins; its arguments follow before anything else comes.
   *
   * @param index 0 for the first call of the answer
   * @param id what the answer of the tool will refer to; the same when the text is read again
   * @param name the tool
   */
  record ToolCallStart(int index, String id, String name) implements OutputEvent {}

  /**
   * More of the JSON text of a call's arguments. It is an object if the model wrote one; a model
   * may write broken JSON, and an answer may be cut off.
   *
   * @param index the call's
   */
  record ToolCallArguments(int index, String text) implements OutputEvent {}

  /**
   * The text is over; always the last event.
   *
   * @param toolCalls how many calls have started
   * @param insideToolCall whether the text ended before the last call did, as it does when an
   *     answer reaches its greatest length; the arguments of that call are cut off
   */
  record End(int toolCalls, boolean insideToolCall) implements OutputEvent {}
}
