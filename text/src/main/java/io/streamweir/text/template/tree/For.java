package io.streamweir.text.template.tree;

import io.streamweir.text.template.run.Frame;
import io.streamweir.text.template.run.Scope;
import io.streamweir.text.template.value.LoopValue;
import io.streamweir.text.template.value.Value;
import java.util.Iterator;

/**
 * A loop. Each turn has a scope of its own.
 *
 * @param condition which elements take part, null for all
 * @param otherwise executed if the body was never executed to its end
 */
public record For(
    int line, Target target, Expression iterable, Expression condition, Block body, Block otherwise)
    implements Statement {

  @Override
  public Flow execute(Frame frame) {
    Iterator<Value> items = iterable.evaluate(frame).iterator();
    if (condition != null) {
      items = new FilteredIterator(items, item -> takesPart(item, frame));
    }
    LoopValue loop = new LoopValue(items);
    boolean completed = false;
    Flow flow = Flow.NEXT;
    while (flow != Flow.BREAK && loop.advance()) {
      frame.budget().step();
      Scope scope = frame.scope().inner();
      Frame turn = frame.inScope(scope);
      target.assign(turn, loop.current());
      scope.set("loop", loop);
      flow = body.execute(turn);
      completed |= flow == Flow.NEXT;
      frame.run().atLine(line);
    }
    return completed ? Flow.NEXT : otherwise.execute(frame.inScope(frame.scope().inner()));
  }

  private boolean takesPart(Value item, Frame frame) {
    frame.budget().step();
    Frame inner = frame.inScope(frame.scope().inner());
    target.assign(inner, item);
    return condition.evaluate(inner).truthy();
  }
}
