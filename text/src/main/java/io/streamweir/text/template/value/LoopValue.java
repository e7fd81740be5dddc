package io.streamweir.text.template.value;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The variable {@code loop}: where a for loop is. Looks ahead only when it is asked to. Its depth
 * counts recursion, of which there is none.
 */
public final class LoopValue implements Value {
  private Iterator<Value> rest;
  private int index0 = -1;
  private Value previous;
  private Value current;
  private Value next;
  private Value lastChecked;

  public LoopValue(Iterator<Value> items) {
    this.rest = items;
  }

  /** Moves to the next element; false at the end. */
  public boolean advance() {
    Value following = peek();
    if (following == null) {
      return false;
    }
    next = null;
    previous = current;
    current = following;
    index0++;
    return true;
  }

  /** The element of this turn. */
  public Value current() {
    return current;
  }

  private Value peek() {
    if (next == null && rest.hasNext()) {
      next = rest.next();
    }
    return next;
  }

  private int total() {
    List<Value> remaining = new ArrayList<>();
    rest.forEachRemaining(remaining::add);
    rest = remaining.iterator();
    return index0 + 1 + (next == null ? 0 : 1) + remaining.size();
  }

  @Override
  public String typeName() {
    return "LoopContext";
  }

  @Override
  public int length() {
    return total();
  }

  @Override
  public void writeRepr(TextBuilder out) {
    out.append("<LoopContext " + (index0 + 1) + "/" + total() + ">");
  }

  @Override
  public Value attribute(String name) {
    return switch (name) {
      case "index" -> IntegerValue.of(index0 + 1L);
      case "index0" -> IntegerValue.of(index0);
      case "revindex" -> IntegerValue.of((long) total() - index0);
      case "revindex0" -> IntegerValue.of(total() - index0 - 1L);
      case "first" -> BooleanValue.of(index0 == 0);
      case "last" -> BooleanValue.of(peek() == null);
      case "length" -> IntegerValue.of(total());
      case "depth" -> IntegerValue.of(1);
      case "depth0" -> IntegerValue.of(0);
      case "previtem" -> previous == null ? missing("there is no previous item") : previous;
      case "nextitem" -> peek() == null ? missing("there is no next item") : next;
      case "cycle" -> new FunctionValue("cycle", this::cycle);
      case "changed" -> new FunctionValue("changed", this::changed);
      default -> UndefinedValue.noAttribute(this, name);
    };
  }

  private static Value missing(String reason) {
    return UndefinedValue.because(() -> reason);
  }

  private Value cycle(Arguments arguments) {
    List<Value> values = arguments.positional();
    if (values.isEmpty()) {
      throw TemplateFailure.type("no items for cycling given");
    }
    return values.get(index0 % values.size());
  }

  private Value changed(Arguments arguments) {
    Value now = new SequenceValue(arguments.positional(), true);
    boolean changed = !now.equals(lastChecked);
    lastChecked = now;
    return BooleanValue.of(changed);
  }
}
