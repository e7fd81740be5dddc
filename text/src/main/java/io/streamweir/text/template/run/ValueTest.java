package io.streamweir.text.template.run;

import io.streamweir.text.template.value.Arguments;
import io.streamweir.text.template.value.Value;

/** {@code value is name(arguments)}. Stateless and thread-safe. */
@FunctionalInterface
public interface ValueTest {
  boolean holds(Value value, Arguments arguments, Run run);
}
