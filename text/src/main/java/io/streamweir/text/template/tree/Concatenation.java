package io.streamweir.text.template.tree;

import io.streamweir.text.template.run.Frame;
import io.streamweir.text.template.value.TextBuilder;
import io.streamweir.text.template.value.Value;
import java.util.List;

/** {@code a ~ b ~ c}: the text of all. */
public record Concatenation(List<Expression> parts) implements Expression {
  @Override
  public Value evaluate(Frame frame) {
    TextBuilder out = new TextBuilder();
    for (Expression part : parts) {
      out.append(part.evaluate(frame).string());
    }
    return frame.budget().made(out.toValue());
  }
}
