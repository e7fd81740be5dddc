package io.streamweir.text.template.value;

import java.util.Iterator;
import java.util.List;

/**
 * What Python computes lazily: the generators of filters such as {@code map}, and the views of a
 * dict. Neither has elements to index, and only a view has a length.
 */
public final class StreamValue implements Value {
  private final String typeName;
  private final boolean view;
  private final Iterable<Value> items;
  private Iterator<Value> once;

  private StreamValue(String typeName, boolean view, Iterable<Value> items) {
    this.typeName = typeName;
    this.view = view;
    this.items = items;
  }

  /** A generator: its elements come once. */
  public static StreamValue generator(Iterable<Value> items) {
    return new StreamValue("generator", false, items);
  }

  /** A dict's keys, values or items. */
  static StreamValue view(String typeName, List<Value> items) {
    return new StreamValue(typeName, true, items);
  }

  @Override
  public String typeName() {
    return typeName;
  }

  @Override
  public boolean truthy() {
    return !view || items.iterator().hasNext();
  }

  @Override
  public void writeRepr(TextBuilder out) {
    if (view) {
      out.append(typeName).append('(');
      SequenceValue.list((List<Value>) items).writeRepr(out);
      out.append(')');
    } else {
      out.append("<generator object>");
    }
  }

  @Override
  public int length() {
    return view ? ((List<Value>) items).size() : Value.super.length();
  }

  @Override
  public boolean iterable() {
    return true;
  }

  @Override
  public Iterator<Value> iterator() {
    if (view) {
      return items.iterator();
    }
    if (once == null) {
      once = items.iterator();
    }
    return once;
  }

  @Override
  public boolean contains(Value needle) {
    Iterator<Value> iterator = iterator();
    while (iterator.hasNext()) {
      if (iterator.next().equals(needle)) {
        return true;
      }
    }
    return false;
  }
}
