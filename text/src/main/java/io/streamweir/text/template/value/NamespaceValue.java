package io.streamweir.text.template.value;

import java.util.HashMap;
import java.util.Map;

/**
 * {@code namespace(...)}: the only value a template can change, so that loops can hand out results.
 */
public final class NamespaceValue implements Value {
  private final Map<String, Value> attributes = new HashMap<>();

  public void set(String name, Value value) {
    attributes.put(name, value);
  }

  @Override
  public String typeName() {
    return "Namespace";
  }

  @Override
  public void writeRepr(TextBuilder out) {
    out.append("<Namespace>");
  }

  @Override
  public Value attribute(String name) {
    Value value = attributes.get(name);
    return value == null ? UndefinedValue.noAttribute(this, name) : value;
  }
}
