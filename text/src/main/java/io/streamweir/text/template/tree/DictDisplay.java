package io.streamweir.text.template.tree;

import io.streamweir.text.template.run.Frame;
import io.streamweir.text.template.value.DictValue;
import io.streamweir.text.template.value.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** <code>{k: v}</code>. */
public record DictDisplay(List<Entry> entries) implements Expression {

  /** A key with its value. */
  public record Entry(Expression key, Expression value) {}

  @Override
  public Value evaluate(Frame frame) {
    Map<Value, Value> values = new LinkedHashMap<>();
    for (Entry entry : entries) {
      values.put(entry.key.evaluate(frame), entry.value.evaluate(frame));
    }
    return new DictValue(values);
  }
}
