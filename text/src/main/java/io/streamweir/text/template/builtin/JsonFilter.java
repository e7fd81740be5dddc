package io.streamweir.text.template.builtin;

import io.streamweir.text.template.run.Filter;
import io.streamweir.text.template.run.Run;
import io.streamweir.text.template.value.Arguments;
import io.streamweir.text.template.value.NoneValue;
import io.streamweir.text.template.value.Numbers;
import io.streamweir.text.template.value.SequenceValue;
import io.streamweir.text.template.value.StringValue;
import io.streamweir.text.template.value.TemplateFailure;
import io.streamweir.text.template.value.Value;
import java.util.Map;

/** {@code tojson}: Python's {@code json.dumps} with non-ASCII characters kept. */
final class JsonFilter {
  static final Map<String, Filter> TABLE = Map.of("tojson", JsonFilter::toJson);
  private static final int MAX_INDENT = 100;

  private JsonFilter() {}

  private static Value toJson(Value input, Arguments arguments, Run run) {
    Value[] bound =
        arguments.bind("tojson", 0, "ensure_ascii", "indent", "separators", "sort_keys");
    String indent = indent(bound[1]);
    String item = indent == null ? ", " : ",";
    String key = ": ";
    if (bound[2] instanceof SequenceValue separators && separators.length() == 2) {
      item = separators.items().get(0).string().text();
      key = separators.items().get(1).string().text();
    }
    JsonStyle style = new JsonStyle(truthy(bound[0]), indent, item, key, truthy(bound[3]));
    return new JsonWriter(style, run.budget()).write(input);
  }

  private static boolean truthy(Value argument) {
    return argument != null && argument.truthy();
  }

  private static String indent(Value indent) {
    if (indent == null || indent == NoneValue.NONE) {
      return null;
    }
    if (indent instanceof StringValue text) {
      return text.text();
    }
    int width = Numbers.index(indent);
    if (width > MAX_INDENT) {
      throw TemplateFailure.limit("tojson indents by at most " + MAX_INDENT);
    }
    return " ".repeat(Math.max(0, width));
  }
}
