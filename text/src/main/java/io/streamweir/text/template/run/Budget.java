package io.streamweir.text.template.run;

import io.streamweir.text.template.value.StringValue;
import io.streamweir.text.template.value.TemplateFailure;
import io.streamweir.text.template.value.Value;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Counts what a rendering uses up, so that a template can neither hang nor fill the memory. */
public final class Budget {
  /** Handling this many characters costs as much as a step. */
  private static final int CHARS_PER_STEP = 16;

  private final long maxSteps;
  private final int maxDepth;
  private long steps;
  private int depth;

  public Budget(long maxSteps, int maxDepth) {
    this.maxSteps = maxSteps;
    this.maxDepth = maxDepth;
  }

  /** One statement, call or turn of a loop. */
  public void step() {
    steps(1);
  }

  /** Charges for a value that was just computed, by its size. */
  public Value made(Value value) {
    if (value instanceof StringValue string) {
      steps(1 + string.text().length() / CHARS_PER_STEP);
    }
    return value;
  }

  /** All elements of an iterable value; each is a step. */
  public List<Value> elements(Value value) {
    List<Value> elements = new ArrayList<>();
    for (Iterator<Value> iterator = value.iterator(); iterator.hasNext(); ) {
      step();
      elements.add(iterator.next());
    }
    return elements;
  }

  public void enterMacro() {
    if (++depth > maxDepth) {
      throw TemplateFailure.limit(
          "macros call each other more than " + maxDepth + " levels deep (maxDepth)");
    }
  }

  public void leaveMacro() {
    depth--;
  }

  private void steps(long cost) {
    steps += cost;
    if (steps > maxSteps) {
      throw TemplateFailure.limit("the template needs more than " + maxSteps + " steps (maxSteps)");
    }
  }
}
