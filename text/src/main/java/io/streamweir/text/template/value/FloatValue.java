package io.streamweir.text.template.value;

/** A double, printed as Python prints it. */
public record FloatValue(double value) implements Value {

  @Override
  public String typeName() {
    return "float";
  }

  @Override
  public boolean truthy() {
    return value != 0;
  }

  @Override
  public void writeRepr(TextBuilder out) {
    out.append(PythonFloat.repr(value));
  }

  @Override
  public boolean equals(Object other) {
    return Numbers.equal(this, other);
  }

  @Override
  public int hashCode() {
    return Numbers.hash(this);
  }
}
