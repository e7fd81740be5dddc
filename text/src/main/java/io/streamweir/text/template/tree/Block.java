package io.streamweir.text.template.tree;

import io.streamweir.text.template.run.Frame;
import io.streamweir.text.template.tree.Statement.Flow;
import java.util.List;

/** Statements in a row. */
public record Block(List<Statement> statements) {
  public static final Block EMPTY = new Block(List.of());

  /** Executes them until one leaves the row. */
  public Flow execute(Frame frame) {
    for (Statement statement : statements) {
      frame.budget().step();
      frame.run().atLine(statement.line());
      Flow flow = statement.execute(frame);
      if (flow != Flow.NEXT) {
        return flow;
      }
    }
    return Flow.NEXT;
  }
}
