package io.streamweir.text.template.value;

/** True and False, which count as 1 and 0 in arithmetic. */
public final class BooleanValue implements Value {
  public static final BooleanValue TRUE = new BooleanValue(true);
  public static final BooleanValue FALSE = new BooleanValue(false);

  private final boolean value;

  private BooleanValue(boolean value) {
    this.value = value;
  }

  public static BooleanValue of(boolean value) {
    return value ? TRUE : FALSE;
  }

  @Override
  public String typeName() {
    return "bool";
  }

  @Override
  public boolean truthy() {
    return value;
  }

  @Override
  public void writeRepr(TextBuilder out) {
    out.append(value ? "True" : "False");
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
