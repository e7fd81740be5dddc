package io.streamweir.text.template.value;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** The methods of a dict. */
final class DictMethods {
  private static final Methods<DictValue> METHODS =
      new Methods<>(
          Map.of(
              "get", DictMethods::get,
              "items", DictMethods::items,
              "keys", DictMethods::keys,
              "values", DictMethods::values,
              "copy", DictMethods::copy),
          Set.of("clear", "pop", "popitem", "setdefault", "update"));

  private DictMethods() {}

  static Value bind(DictValue dict, String name) {
    return METHODS.bind(dict, name);
  }

  private static Value get(DictValue dict, Arguments arguments) {
    Value[] bound = arguments.bind("get", 1, "key", "default");
    Value element = dict.entries().get(bound[0]);
    if (element != null) {
      return element;
    }
    return bound[1] == null ? NoneValue.NONE : bound[1];
  }

  private static Value items(DictValue dict, Arguments arguments) {
    arguments.bind("items", 0);
    List<Value> items =
        dict.entries().entrySet().stream()
            .<Value>map(entry -> SequenceValue.tuple(entry.getKey(), entry.getValue()))
            .toList();
    return StreamValue.view("dict_items", items);
  }

  private static Value keys(DictValue dict, Arguments arguments) {
    arguments.bind("keys", 0);
    return StreamValue.view("dict_keys", List.copyOf(dict.entries().keySet()));
  }

  private static Value values(DictValue dict, Arguments arguments) {
    arguments.bind("values", 0);
    return StreamValue.view("dict_values", List.copyOf(dict.entries().values()));
  }

  private static Value copy(DictValue dict, Arguments arguments) {
    arguments.bind("copy", 0);
    return dict;
  }
}
