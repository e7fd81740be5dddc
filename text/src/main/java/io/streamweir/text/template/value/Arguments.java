package io.streamweir.text.template.value;

import java.util.List;
import java.util.Map;

/**
 * The arguments of a call.
 *
 * @param positional by position
 * @param named by keyword
 */
public record Arguments(List<Value> positional, Map<String, Value> named) {
  public static final Arguments NONE = new Arguments(List.of(), Map.of());

  /**
   * Assigns the arguments to parameters.
   *
   * @param function its name, for messages
   * @param required how many of the parameters must be given
   * @return one value a parameter, null where none was given
   */
  public Value[] bind(String function, int required, String... parameters) {
    if (positional.size() > parameters.length) {
      throw TemplateFailure.type(
          "%s() takes at most %d arguments (%d given)"
              .formatted(function, parameters.length, positional.size()));
    }
    Value[] bound = positional.toArray(new Value[parameters.length]);
    named.forEach((name, value) -> bindNamed(function, parameters, bound, name, value));
    for (int i = 0; i < required; i++) {
      if (bound[i] == null) {
        throw TemplateFailure.type(
            "%s() is missing the argument '%s'".formatted(function, parameters[i]));
      }
    }
    return bound;
  }

  private static void bindNamed(
      String function, String[] parameters, Value[] bound, String name, Value value) {
    int index = List.of(parameters).indexOf(name);
    if (index < 0) {
      throw TemplateFailure.type(
          "%s() got an unexpected keyword argument '%s'".formatted(function, name));
    }
    if (bound[index] != null) {
      throw TemplateFailure.type(
          "%s() got multiple values for argument '%s'".formatted(function, name));
    }
    bound[index] = value;
  }
}
