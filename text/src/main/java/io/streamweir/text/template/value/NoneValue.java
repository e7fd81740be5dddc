package io.streamweir.text.template.value;

/** None. */
public enum NoneValue implements Value {
  NONE;

  @Override
  public String typeName() {
    return "NoneType";
  }

  @Override
  public String described() {
    return "None";
  }

  @Override
  public boolean truthy() {
    return false;
  }

  @Override
  public void writeRepr(TextBuilder out) {
    out.append("None");
  }
}
