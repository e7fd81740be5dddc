package io.streamweir.text.template.builtin;

import io.streamweir.text.template.value.IntegerValue;
import io.streamweir.text.template.value.Numbers;
import io.streamweir.text.template.value.Operators;
import io.streamweir.text.template.value.StringOperations;
import io.streamweir.text.template.value.StringValue;
import io.streamweir.text.template.value.Value;
import java.util.Comparator;
import java.util.function.UnaryOperator;

/** What filters sort, compare and select by. */
final class Keys {
  static final Comparator<Value> ORDER =
      (left, right) -> {
        if (left.equals(right)) {
          return 0;
        }
        return Operators.ordered("<", left, right) ? -1 : 1;
      };

  private Keys() {}

  /** The element that a dotted path names; a part that is a number is an index. */
  static UnaryOperator<Value> path(Value path) {
    if (Numbers.isInteger(path)) {
      return value -> value.item(path);
    }
    String[] parts = path.string().text().split("\\.", -1);
    return value -> {
      Value element = value;
      for (String part : parts) {
        element = element.item(key(part));
      }
      return element;
    };
  }

  private static Value key(String part) {
    return part.matches("[0-9]{1,9}")
        ? IntegerValue.of(Integer.parseInt(part))
        : StringValue.of(part);
  }

  /**
   * The key of an element: an attribute if one is named, letters in lower case unless they count.
   */
  static UnaryOperator<Value> key(Value attribute, Value caseSensitive) {
    UnaryOperator<Value> element = attribute == null ? value -> value : path(attribute);
    if (caseSensitive != null && caseSensitive.truthy()) {
      return element;
    }
    return value -> withoutCase(element.apply(value));
  }

  static Value withoutCase(Value value) {
    return value instanceof StringValue string ? StringOperations.lower(string) : value;
  }
}
