package io.streamweir.text.template.value;

import java.util.Iterator;

/**
 * A value of the template language. The defaults are those of a Python object that supports
 * nothing: each kind of value overrides what it can do.
 *
 * <p>{@code equals} is Python's {@code ==}: 1, 1.0 and True are equal.
 */
public sealed interface Value
    permits NoneValue,
        BooleanValue,
        IntegerValue,
        FloatValue,
        StringValue,
        SequenceValue,
        DictValue,
        StreamValue,
        RangeValue,
        NamespaceValue,
        LoopValue,
        FunctionValue,
        UndefinedValue {

  /** The name of the Python type, for messages. */
  String typeName();

  /** How messages call a value of this type: "list object", but "None". */
  default String described() {
    return typeName() + " object";
  }

  default boolean truthy() {
    return true;
  }

  /** Writes Python's {@code repr()}. */
  void writeRepr(TextBuilder out);

  /** Python's {@code str()}. */
  default StringValue string() {
    TextBuilder out = new TextBuilder();
    writeRepr(out);
    return out.toValue();
  }

  /** The number of elements; for strings, of code points. */
  default int length() {
    throw TemplateFailure.type("object of type '" + typeName() + "' has no len()");
  }

  default boolean iterable() {
    return false;
  }

  default Iterator<Value> iterator() {
    throw TemplateFailure.type("'" + typeName() + "' object is not iterable");
  }

  /** Whether {@code needle in this}. */
  default boolean contains(Value needle) {
    throw TemplateFailure.type("argument of type '" + typeName() + "' is not iterable");
  }

  /** {@code this.name}: a method before an element. */
  default Value attribute(String name) {
    return UndefinedValue.noAttribute(this, name);
  }

  /** {@code this[key]}: an element before a method. */
  default Value item(Value key) {
    return key instanceof StringValue name
        ? attribute(name.text())
        : UndefinedValue.noElement(this, key);
  }

  /** {@code this[start:stop:step]}; null stands for a bound that is left out. */
  default Value slice(Value start, Value stop, Value step) {
    throw TemplateFailure.type("'" + typeName() + "' object cannot be sliced");
  }

  default Value call(Arguments arguments) {
    throw TemplateFailure.type("'" + typeName() + "' object is not callable");
  }
}
