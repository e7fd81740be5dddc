package io.streamweir.text.output;

import java.util.List;
import java.util.Optional;

/**
 * Calls as nested tags, where each argument has a tag of its own and its value is plain text.
 *
 * @param openings the markers with which a call may begin
 * @param start from the line ends before the opening to the name, which is group 1; looks ahead for
 *     an argument or the end
 * @param member the tag before a value with its key as group 1, or the end of the call
 * @param valueEnd the tag after a value
 * @param framed whether one line end at each side of a value belongs to the tags
 * @param closing what follows the end of a call, if the end is not all
 */
record TaggedSyntax(
    List<String> openings,
    Markup start,
    Markup member,
    String valueEnd,
    boolean framed,
    Optional<Markup> closing) {

  /** {@code <tool_call><function=f><parameter=k>v</parameter></function></tool_call>}. */
  static final TaggedSyntax QWEN3_CODER =
      new TaggedSyntax(
          List.of(Markers.TOOL_CALL, Markers.FUNCTION),
          Markup.of(
              "[\\r\\n]*(?:%s\\s*)?%s([^>\\s<]+)%s(?=\\s*(?:%s|%s))",
              Markers.TOOL_CALL,
              Markers.FUNCTION,
              Markers.TAG_END,
              Markers.PARAMETER,
              Markers.FUNCTION_END),
          Markup.of(
              "\\s*(?:%s([^>\\n]+)%s|%s)",
              Markers.PARAMETER, Markers.TAG_END, Markers.FUNCTION_END),
          Markers.PARAMETER_END,
          true,
          Optional.of(Markup.of("\\s*%s", Markers.TOOL_CALL_END)));

  /** {@code <tool_call>f<arg_key>k</arg_key><arg_value>v</arg_value></tool_call>}. */
  static final TaggedSyntax GLM4 =
      new TaggedSyntax(
          List.of(Markers.TOOL_CALL),
          Markup.of(
              "[\\r\\n]*%s\\s*([^\\s<{\\[]+)(?=\\s*(?:%s|%s))",
              Markers.TOOL_CALL, Markers.ARG_KEY, Markers.TOOL_CALL_END),
          Markup.of(
              "\\s*(?:%s([^<]+)%s\\s*%s|%s)",
              Markers.ARG_KEY, Markers.ARG_KEY_END, Markers.ARG_VALUE, Markers.TOOL_CALL_END),
          Markers.ARG_VALUE_END,
          false,
          Optional.empty());
}
