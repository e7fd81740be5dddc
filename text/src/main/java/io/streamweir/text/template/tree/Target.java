package io.streamweir.text.template.tree;

import io.streamweir.text.template.run.Frame;
import io.streamweir.text.template.value.NamespaceValue;
import io.streamweir.text.template.value.TemplateFailure;
import io.streamweir.text.template.value.Value;
import java.util.List;

/** What can be assigned to. */
public sealed interface Target {

  void assign(Frame frame, Value value);

  /** A variable of the current scope. */
  record Variable(String name) implements Target {
    @Override
    public void assign(Frame frame, Value value) {
      frame.scope().set(name, value);
    }
  }

  /** An attribute of a namespace. */
  record NamespaceAttribute(String namespace, String attribute) implements Target {
    @Override
    public void assign(Frame frame, Value value) {
      if (!(frame.lookUp(namespace) instanceof NamespaceValue target)) {
        throw TemplateFailure.type(
            "cannot assign '" + attribute + "': '" + namespace + "' is not a namespace");
      }
      target.set(attribute, value);
    }
  }

  /** Several targets for the elements of one value. */
  record Unpacking(List<Target> targets) implements Target {
    @Override
    public void assign(Frame frame, Value value) {
      List<Value> values = frame.budget().elements(value);
      if (values.size() != targets.size()) {
        throw TemplateFailure.type(
            "cannot unpack %d values into %d names".formatted(values.size(), targets.size()));
      }
      for (int i = 0; i < values.size(); i++) {
        targets.get(i).assign(frame, values.get(i));
      }
    }
  }
}
