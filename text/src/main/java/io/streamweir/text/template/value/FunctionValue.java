package io.streamweir.text.template.value;

import java.util.function.Function;

/**
 * Something that can be called: a macro, a method bound to its value, a global function.
 *
 * @param name the name, for messages
 * @param body what it does
 */
public record FunctionValue(String name, Function<Arguments, Value> body) implements Value {

  @Override
  public String typeName() {
    return "function";
  }

  @Override
  public void writeRepr(TextBuilder out) {
    out.append("<function " + name + ">");
  }

  @Override
  public Value call(Arguments arguments) {
    return body.apply(arguments);
  }
}
