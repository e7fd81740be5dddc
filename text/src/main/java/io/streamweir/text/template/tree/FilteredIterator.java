package io.streamweir.text.template.tree;

import io.streamweir.text.template.value.Value;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Predicate;

/** The elements for which a condition holds, which is asked as late as possible. */
final class FilteredIterator implements Iterator<Value> {
  private final Iterator<Value> all;
  private final Predicate<Value> condition;
  private Value next;

  FilteredIterator(Iterator<Value> all, Predicate<Value> condition) {
    this.all = all;
    this.condition = condition;
  }

  @Override
  public boolean hasNext() {
    while (next == null && all.hasNext()) {
      Value candidate = all.next();
      if (condition.test(candidate)) {
        next = candidate;
      }
    }
    return next != null;
  }

  @Override
  public Value next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Value item = next;
    next = null;
    return item;
  }
}
