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
 * @param otherwise executed if none did
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
    LoopValue loop = new LoopValue(items, frame.loops() + 1);
    boolean any = false;
    for (Value item = loop.advance(); item != null; item = loop.advance()) {
      any = true;
      frame.budget().step();
      Scope scope = frame.scope().inner();
      Frame turn = frame.inLoop(scope);
      target.assign(turn, item);
      scope.set("loop", loop);
      if (body.execute(turn) == Flow.BREAK) {
        return Flow.NEXT;
      }
      frame.run().atLine(line);
    }
    return any ? Flow.NEXT : otherwise.execute(frame.inScope(frame.scope().inner()));
  }

  private boolean takesPart(Value item, Frame frame) {
    frame.budget().step();
    Frame inner = frame.inScope(frame.scope().inner());
    target.assign(inner, item);
    return condition.evaluate(inner).truthy();
  }
}
