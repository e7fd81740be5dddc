package io.streamweir.text.template.value;

import java.util.Iterator;
import java.util.stream.IntStream;

/** The numbers of {@code range(...)}, of which there are few enough to count with an int. */
public record RangeValue(int start, int step, int count) implements Value {

  @Override
  public String typeName() {
    return "range";
  }

  @Override
  public boolean truthy() {
    return count > 0;
  }

  @Override
  public void writeRepr(TextBuilder out) {
    out.append(
        "range(" + start + ", " + (start + count * step) + (step == 1 ? ")" : ", " + step + ")"));
  }

  @Override
  public int length() {
    return count;
  }

  @Override
  public boolean iterable() {
    return true;
  }

  @Override
  public Iterator<Value> iterator() {
    return IntStream.range(0, count).<Value>mapToObj(this::element).iterator();
  }

  @Override
  public boolean contains(Value needle) {
    return IntStream.range(0, count).anyMatch(i -> element(i).equals(needle));
  }

  @Override
  public Value item(Value key) {
    if (!Numbers.isInteger(key)) {
      return Value.super.item(key);
    }
    int index = SliceBounds.position(Numbers.index(key), count);
    return index < 0 ? UndefinedValue.noElement(this, key) : element(index);
  }

  @Override
  public Value slice(Value start, Value stop, Value step) {
    SliceBounds bounds = SliceBounds.of(start, stop, step, count);
    return new RangeValue(
        this.start + bounds.start() * this.step, this.step * bounds.step(), bounds.count());
  }

  private IntegerValue element(int i) {
    return IntegerValue.of(start + (long) i * step);
  }
}
