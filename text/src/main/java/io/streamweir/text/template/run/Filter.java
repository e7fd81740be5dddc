package io.streamweir.text.template.run;

import io.streamweir.text.template.value.Arguments;
import io.streamweir.text.template.value.Value;

/** {@code input|name(arguments)}. Stateless and thread-safe. */
@FunctionalInterface
public interface Filter {
  Value apply(Value input, Arguments arguments, Run run);
}
