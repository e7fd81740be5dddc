package io.streamweir.text.template.value;

import java.math.BigInteger;

/** An integer of any size. */
public record IntegerValue(BigInteger value) implements Value {

  public static IntegerValue of(long value) {
    return new IntegerValue(BigInteger.valueOf(value));
  }

  @Override
  public String typeName() {
    return "int";
  }

  @Override
  public boolean truthy() {
    return value.signum() != 0;
  }

  @Override
  public void writeRepr(TextBuilder out) {
    out.append(value.toString());
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
