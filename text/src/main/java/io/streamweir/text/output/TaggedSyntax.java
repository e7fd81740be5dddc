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
          List.of("<tool_call>", "<function="),
          new Markup(
              "[\\r\\n]*(?:<tool_call>\\s*)?<function=([^>\\s<]+)>"
                  + "(?=\\s*(?:<parameter=|</function>))"),
          new Markup("\\s*(?:<parameter=([^>\\n]+)>|</function>)"),
          "</parameter>",
          true,
          Optional.of(new Markup("\\s*</tool_call>")));

  /** {@code <tool_call>f<arg_key>k</arg_key><arg_value>v</arg_value></tool_call>}. */
  static final TaggedSyntax GLM4 =
      new TaggedSyntax(
          List.of("<tool_call>"),
          new Markup("[\\r\\n]*<tool_call>\\s*([^\\s<{\\[]+)(?=\\s*(?:<arg_key>|</tool_call>))"),
          new Markup("\\s*(?:<arg_key>([^<]+)</arg_key>\\s*<arg_value>|</tool_call>)"),
          "</arg_value>",
          false,
          Optional.empty());
}
