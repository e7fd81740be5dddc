package io.streamweir.text.template.value;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * A list or a tuple. Templates may not change either, so one immutable type serves both.
 *
 * @param items the elements
 * @param tuple whether it is a tuple: another repr, never equal to a list
 */
public record SequenceValue(List<Value> items, boolean tuple) implements Value {

  public SequenceValue {
    items = List.copyOf(items);
  }

  public static SequenceValue list(List<Value> items) {
    return new SequenceValue(items, false);
  }

  public static SequenceValue tuple(Value... items) {
    return new SequenceValue(List.of(items), true);
  }

  @Override
  public String typeName() {
    return tuple ? "tuple" : "list";
  }

  @Override
  public boolean truthy() {
    return !items.isEmpty();
  }

  @Override
  public void writeRepr(TextBuilder out) {
    out.append(tuple ? '(' : '[');
    writeItems(out);
    if (tuple && items.size() == 1) {
      out.append(',');
    }
    out.append(tuple ? ')' : ']');
  }

  private void writeItems(TextBuilder out) {
    String separator = "";
    for (Value item : items) {
      out.append(separator);
      item.writeRepr(out);
      separator = ", ";
    }
  }

  @Override
  public int length() {
    return items.size();
  }

  @Override
  public boolean iterable() {
    return true;
  }

  @Override
  public Iterator<Value> iterator() {
    return items.iterator();
  }

  @Override
  public boolean contains(Value needle) {
    return items.contains(needle);
  }

  @Override
  public Value attribute(String name) {
    return SequenceMethods.bind(this, name);
  }

  @Override
  public Value item(Value key) {
    if (!Numbers.isInteger(key)) {
      return Value.super.item(key);
    }
    int index = SliceBounds.position(Numbers.index(key), items.size());
    return index < 0 ? UndefinedValue.noElement(this, key) : items.get(index);
  }

  @Override
  public Value slice(Value start, Value stop, Value step) {
    SliceBounds bounds = SliceBounds.of(start, stop, step, items.size());
    List<Value> taken = new ArrayList<>(bounds.count());
    for (int i = 0; i < bounds.count(); i++) {
      taken.add(items.get(bounds.index(i)));
    }
    return new SequenceValue(taken, tuple);
  }
}
