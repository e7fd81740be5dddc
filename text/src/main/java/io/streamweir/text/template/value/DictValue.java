package io.streamweir.text.template.value;

import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A dict in insertion order, which templates may not change.
 *
 * @param entries the entries
 */
public record DictValue(Map<Value, Value> entries) implements Value {

  public DictValue {
    entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
  }

  @Override
  public String typeName() {
    return "dict";
  }

  @Override
  public boolean truthy() {
    return !entries.isEmpty();
  }

  @Override
  public void writeRepr(TextBuilder out) {
    out.append('{');
    String separator = "";
    for (Map.Entry<Value, Value> entry : entries.entrySet()) {
      out.append(separator);
      entry.getKey().writeRepr(out);
      out.append(": ");
      entry.getValue().writeRepr(out);
      separator = ", ";
    }
    out.append('}');
  }

  @Override
  public int length() {
    return entries.size();
  }

  @Override
  public boolean iterable() {
    return true;
  }

  @Override
  public Iterator<Value> iterator() {
    return entries.keySet().iterator();
  }

  @Override
  public boolean contains(Value needle) {
    return entries.containsKey(needle);
  }

  @Override
  public Value attribute(String name) {
    Value method = DictMethods.bind(this, name);
    if (!(method instanceof UndefinedValue undefined) || undefined.forbidden()) {
      return method;
    }
    Value element = entries.get(StringValue.of(name));
    return element == null ? method : element;
  }

  @Override
  public Value item(Value key) {
    Value element = entries.get(key);
    return element == null ? Value.super.item(key) : element;
  }
}
