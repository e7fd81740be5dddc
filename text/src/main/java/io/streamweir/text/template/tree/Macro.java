package io.streamweir.text.template.tree;

import io.streamweir.text.template.run.Frame;
import io.streamweir.text.template.run.Scope;
import io.streamweir.text.template.value.Arguments;
import io.streamweir.text.template.value.FunctionValue;
import io.streamweir.text.template.value.TextBuilder;
import io.streamweir.text.template.value.UndefinedValue;
import io.streamweir.text.template.value.Value;
import java.util.List;

/** A function that returns the text of its body. Outer names are looked up when it is called. */
public record Macro(int line, String name, List<Parameter> parameters, Block body)
    implements Statement {

  /** A parameter; its default is null if it has none. */
  public record Parameter(String name, Expression defaultValue) {}

  @Override
  public Flow execute(Frame frame) {
    frame.scope().set(name, new FunctionValue(name, arguments -> call(frame, arguments)));
    return Flow.NEXT;
  }

  private Value call(Frame definition, Arguments arguments) {
    int callerLine = definition.run().line();
    definition.budget().enterMacro();
    Scope scope = definition.scope().inner();
    Frame frame = new Frame(definition.run(), scope, new TextBuilder());
    bind(frame, arguments);
    body.execute(frame);
    definition.budget().leaveMacro();
    definition.run().atLine(callerLine);
    return frame.captured();
  }

  private void bind(Frame frame, Arguments arguments) {
    String[] names = parameters.stream().map(Parameter::name).toArray(String[]::new);
    Value[] bound = arguments.bind(name, 0, names);
    for (int i = 0; i < bound.length; i++) {
      frame.scope().set(names[i], bound[i] == null ? missing(frame, i) : bound[i]);
    }
  }

  private Value missing(Frame frame, int index) {
    Parameter parameter = parameters.get(index);
    return parameter.defaultValue == null
        ? UndefinedValue.because(() -> "parameter '" + parameter.name + "' was not provided")
        : parameter.defaultValue.evaluate(frame);
  }
}
