package io.streamweir.text.template.builtin;

import io.streamweir.text.template.run.Budget;
import io.streamweir.text.template.value.BooleanValue;
import io.streamweir.text.template.value.DictValue;
import io.streamweir.text.template.value.FloatValue;
import io.streamweir.text.template.value.IntegerValue;
import io.streamweir.text.template.value.NoneValue;
import io.streamweir.text.template.value.PythonFloat;
import io.streamweir.text.template.value.SequenceValue;
import io.streamweir.text.template.value.StringValue;
import io.streamweir.text.template.value.TemplateFailure;
import io.streamweir.text.template.value.TextBuilder;
import io.streamweir.text.template.value.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Writes one value as JSON; what stands inside strings keeps its provenance. */
final class JsonWriter {
  private final JsonStyle style;
  private final Budget budget;
  private final TextBuilder out = new TextBuilder();

  JsonWriter(JsonStyle style, Budget budget) {
    this.style = style;
    this.budget = budget;
  }

  StringValue write(Value value) {
    write(value, 0);
    return out.toValue();
  }

  private void write(Value value, int level) {
    budget.step();
    if (value instanceof StringValue string) {
      writeString(string);
    } else if (value instanceof SequenceValue sequence) {
      writeItems(sequence.items(), level);
    } else if (value instanceof DictValue dict) {
      writeEntries(dict, level);
    } else {
      out.append(scalar(value));
    }
  }

  private static String scalar(Value value) {
    if (value == NoneValue.NONE) {
      return "null";
    }
    if (value instanceof BooleanValue) {
      return value.truthy() ? "true" : "false";
    }
    if (value instanceof IntegerValue integer) {
      return integer.value().toString();
    }
    if (value instanceof FloatValue real) {
      return real(real.value());
    }
    throw TemplateFailure.type("an object of type " + value.typeName() + " has no JSON form");
  }

  private static String real(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "Infinity" : "-Infinity";
    }
    return PythonFloat.repr(value);
  }

  private void writeItems(List<Value> items, int level) {
    if (items.isEmpty()) {
      out.append("[]");
      return;
    }
    out.append('[');
    for (int i = 0; i < items.size(); i++) {
      separate(i, level + 1);
      write(items.get(i), level + 1);
    }
    breakLine(level);
    out.append(']');
  }

  private void writeEntries(DictValue dict, int level) {
    if (!dict.truthy()) {
      out.append("{}");
      return;
    }
    out.append('{');
    int i = 0;
    for (Map.Entry<Value, Value> entry : ordered(dict)) {
      separate(i++, level + 1);
      writeKey(entry.getKey());
      out.append(style.keySeparator());
      write(entry.getValue(), level + 1);
    }
    breakLine(level);
    out.append('}');
  }

  private List<Map.Entry<Value, Value>> ordered(DictValue dict) {
    List<Map.Entry<Value, Value>> entries = new ArrayList<>(dict.entries().entrySet());
    if (style.sortKeys()) {
      entries.sort(Comparator.comparing(Map.Entry::getKey, Keys.ORDER));
    }
    return entries;
  }

  private void writeKey(Value key) {
    if (key instanceof StringValue string) {
      writeString(string);
    } else {
      out.append('"').append(scalar(key)).append('"');
    }
  }

  private void separate(int index, int level) {
    if (index > 0) {
      out.append(style.itemSeparator());
    }
    breakLine(level);
  }

  private void breakLine(int level) {
    if (style.indent() == null) {
      return;
    }
    out.append('\n');
    for (int i = 0; i < level; i++) {
      out.append(style.indent());
    }
  }

  private void writeString(StringValue string) {
    String text = string.text();
    out.append('"');
    int plain = 0;
    for (int i = 0; i < text.length(); i++) {
      String escaped = escaped(text.charAt(i));
      if (escaped != null) {
        out.append(string, plain, i);
        out.append(escaped, !string.provenance().writtenByTemplate(i, i + 1));
        plain = i + 1;
      }
    }
    out.append(string, plain, text.length()).append('"');
  }

  private String escaped(char c) {
    return switch (c) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case '\f' -> "\\f";
      case '\b' -> "\\b";
      default -> c < ' ' || style.ascii() && c > '~' ? "\\u%04x".formatted((int) c) : null;
    };
  }
}
