package io.streamweir.text.template.value;

import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * The methods of one type.
 *
 * @param supported what can be called
 * @param forbidden what Python has but would change the value
 */
record Methods<T extends Value>(
    Map<String, BiFunction<T, Arguments, Value>> supported, Set<String> forbidden) {

  Value bind(T receiver, String name) {
    BiFunction<T, Arguments, Value> method = supported.get(name);
    if (method != null) {
      return new FunctionValue(name, arguments -> method.apply(receiver, arguments));
    }
    return forbidden.contains(name)
        ? UndefinedValue.forbidden(receiver, name)
        : UndefinedValue.noAttribute(receiver, name);
  }
}
