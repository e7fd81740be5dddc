package io.streamweir.text.output;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The variables with which a chat template turns reasoning on and off: {@code enable_thinking} in
 * most, {@code thinking} in DeepSeek V3.1 and Granite. A template that has neither cannot be told;
 * there a {@link ThinkingBudget} of 0 keeps a model from thinking.
 */
public final class ThinkingSwitch {
  private static final List<String> NAMES = List.of("enable_thinking", "thinking");

  private final List<String> names;

  private ThinkingSwitch(List<String> names) {
    this.names = names;
  }

  /** The switch of a template, by the names it asks for. */
  public static ThinkingSwitch of(String chatTemplate) {
    return new ThinkingSwitch(NAMES.stream().filter(name -> asksFor(chatTemplate, name)).toList());
  }

  /** Whether the template can be told at all. */
  public boolean exists() {
    return !names.isEmpty();
  }

  /** The variables for the template; none if it has no switch. */
  public Map<String, Object> variables(boolean enabled) {
    Map<String, Object> variables = new LinkedHashMap<>();
    names.forEach(name -> variables.put(name, enabled));
    return variables;
  }

  /** Whether a tag of the template uses the name as a variable: no member, no word in a text. */
  private static boolean asksFor(String template, String name) {
    String before = "\\{[%{][^%}]*?(?:\\b(?:(?:el)?if|not|and|or|set)\\s+|[(=]\\s*)";
    String after = "\\s*(?:-?[%}]}|[|)=]|(?:is|and|or|else)\\b)";
    return Pattern.compile(before + name + after).matcher(template).find();
  }
}
