package io.streamweir.text;

import static java.util.Objects.requireNonNull;

/**
 * One message of a conversation, as OpenAI-compatible requests have it.
 *
 * @param role who speaks: system, user, assistant, tool, ...
 * @param content what is said; null (as beside tool calls) means the empty text
 * @param name the name of the speaker or tool, or null
 * @param toolCallsJson the array {@code tool_calls} of an assistant message as JSON, or null
 * @param toolCallId the call that a tool message answers, or null
 */
public record Message(
    String role, String content, String name, String toolCallsJson, String toolCallId) {
  public Message {
    requireNonNull(role, "role is null");
  }

  /** A message that is text only. */
  public static Message of(String role, String content) {
    return new Message(role, content, null, null, null);
  }
}
