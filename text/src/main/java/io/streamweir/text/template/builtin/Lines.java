package io.streamweir.text.template.builtin;

import io.streamweir.text.template.value.Arguments;
import io.streamweir.text.template.value.SequenceValue;
import io.streamweir.text.template.value.StringValue;
import io.streamweir.text.template.value.TextBuilder;
import io.streamweir.text.template.value.Value;
import java.util.List;

/** The lines of a text, one more after a final line end. */
final class Lines {

  private Lines() {}

  static List<Value> of(StringValue text) {
    StringValue ended = new TextBuilder().append(text).append('\n').toValue();
    Value lines = ended.attribute("splitlines").call(Arguments.NONE);
    return ((SequenceValue) lines).items();
  }
}
