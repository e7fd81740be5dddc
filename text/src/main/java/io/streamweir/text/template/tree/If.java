package io.streamweir.text.template.tree;

import io.streamweir.text.template.run.Frame;
import java.util.List;

/** {@code if}, {@code elif}, {@code else}; has no scope of its own. */
public record If(int line, List<Branch> branches, Block otherwise) implements Statement {

  /** A condition with what it guards. */
  public record Branch(int line, Expression condition, Block body) {}

  @Override
  public Flow execute(Frame frame) {
    for (Branch branch : branches) {
      frame.run().atLine(branch.line);
      if (branch.condition.evaluate(frame).truthy()) {
        return branch.body.execute(frame);
      }
    }
    return otherwise.execute(frame);
  }
}
