package io.streamweir.text.template.value;

import java.util.Collections;
import java.util.Iterator;
import java.util.function.Supplier;

/**
 * What a name, attribute or element without a value evaluates to. It prints as nothing, iterates as
 * empty and is false; everything else fails with the reason.
 */
public final class UndefinedValue implements Value {
  private final TemplateFailure.Kind kind;
  private final Supplier<String> reason;

  private UndefinedValue(TemplateFailure.Kind kind, Supplier<String> reason) {
    this.kind = kind;
    this.reason = reason;
  }

  /**
   * Undefined for a reason, which is the message when it is used. Most are only tested, so it is
   * not worded before.
   */
  public static UndefinedValue because(Supplier<String> reason) {
    return new UndefinedValue(TemplateFailure.Kind.UNDEFINED, reason);
  }

  static UndefinedValue noAttribute(Value target, String name) {
    return because(() -> "'" + target.described() + "' has no attribute '" + name + "'");
  }

  static UndefinedValue noElement(Value target, Value key) {
    return because(
        () -> {
          TextBuilder repr = new TextBuilder();
          key.writeRepr(repr);
          return target.described() + " has no element " + repr.toValue().text();
        });
  }

  /** A method that would change a value. */
  static UndefinedValue forbidden(Value target, String name) {
    return new UndefinedValue(
        TemplateFailure.Kind.SECURITY,
        () ->
            "'"
                + name
                + "' would change a "
                + target.typeName()
                + ", which templates may only read");
  }

  boolean forbidden() {
    return kind == TemplateFailure.Kind.SECURITY;
  }

  /** The failure to throw when the value is needed. */
  public TemplateFailure failure() {
    return new TemplateFailure(kind, reason.get());
  }

  @Override
  public String typeName() {
    return "Undefined";
  }

  @Override
  public boolean truthy() {
    return false;
  }

  @Override
  public void writeRepr(TextBuilder out) {
    out.append("Undefined");
  }

  @Override
  public StringValue string() {
    return StringValue.EMPTY;
  }

  @Override
  public int length() {
    return 0;
  }

  @Override
  public boolean iterable() {
    return true;
  }

  @Override
  public Iterator<Value> iterator() {
    return Collections.emptyIterator();
  }

  @Override
  public boolean contains(Value needle) {
    return false;
  }

  @Override
  public Value attribute(String name) {
    throw failure();
  }

  @Override
  public Value item(Value key) {
    throw failure();
  }

  @Override
  public Value slice(Value start, Value stop, Value step) {
    throw failure();
  }

  @Override
  public Value call(Arguments arguments) {
    throw failure();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof UndefinedValue;
  }

  @Override
  public int hashCode() {
    return UndefinedValue.class.hashCode();
  }
}
