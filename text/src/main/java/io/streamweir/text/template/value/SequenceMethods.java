package io.streamweir.text.template.value;

import java.util.Map;
import java.util.Set;

/** The methods of lists and tuples. */
final class SequenceMethods {
  private static final Methods<SequenceValue> METHODS =
      new Methods<>(
          Map.of(
              "count", SequenceMethods::count,
              "index", SequenceMethods::index,
              "copy", SequenceMethods::copy),
          Set.of("append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"));

  private SequenceMethods() {}

  static Value bind(SequenceValue sequence, String name) {
    return METHODS.bind(sequence, name);
  }

  private static Value count(SequenceValue sequence, Arguments arguments) {
    Value wanted = arguments.bind("count", 1, "value")[0];
    return IntegerValue.of(sequence.items().stream().filter(wanted::equals).count());
  }

  private static Value index(SequenceValue sequence, Arguments arguments) {
    Value wanted = arguments.bind("index", 1, "value")[0];
    int index = sequence.items().indexOf(wanted);
    if (index < 0) {
      throw TemplateFailure.type("the value is not in the " + sequence.typeName());
    }
    return IntegerValue.of(index);
  }

  private static Value copy(SequenceValue sequence, Arguments arguments) {
    arguments.bind("copy", 0);
    return sequence;
  }
}
