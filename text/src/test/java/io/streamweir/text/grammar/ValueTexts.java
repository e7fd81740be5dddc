package io.streamweir.text.grammar;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.streamweir.text.grammar.regex.Spelling;
import java.util.ArrayList;
import java.util.List;

/** The texts of JSON values as constraints spell them, without white space. */
final class ValueTexts {
  private static final int MOST = 1_000;
  private static final double LARGEST_WHOLE = 1e17;

  private ValueTexts() {}

  /** One for every order of the properties of its objects, up to a limit. */
  static List<String> of(JsonNode value) {
    List<String> texts = new ArrayList<>();
    if (value.isObject()) {
      List<String> names = new ArrayList<>();
      value.fieldNames().forEachRemaining(names::add);
      permute(names, 0, value, texts);
    } else if (value.isArray()) {
      texts.add("");
      for (JsonNode item : value) {
        texts = joined(texts, ",", of(item));
      }
      texts.replaceAll(items -> "[" + items + "]");
    } else {
      texts.add(scalar(value));
    }
    return texts.size() > MOST ? texts.subList(0, MOST) : texts;
  }

  /** Whole numbers without a point, escapes in lower case. */
  private static String scalar(JsonNode value) {
    if (value.isTextual()) {
      return '"' + new String(Spelling.JSON.text(value.asText()), UTF_8) + '"';
    }
    if (!value.isNumber()) {
      return value.toString();
    }
    double number = value.doubleValue();
    return number == Math.rint(number) && Math.abs(number) < LARGEST_WHOLE
        ? value.decimalValue().toBigInteger().toString()
        : value.decimalValue().toPlainString();
  }

  private static void permute(List<String> names, int from, JsonNode value, List<String> out) {
    if (from >= names.size() - 1) {
      List<String> texts = new ArrayList<>(List.of(""));
      for (String name : names) {
        List<String> members = new ArrayList<>(of(value.get(name)));
        members.replaceAll(text -> scalar(JsonNodeFactory.instance.textNode(name)) + ":" + text);
        texts = joined(texts, ",", members);
      }
      texts.replaceAll(members -> "{" + members + "}");
      out.addAll(texts);
      return;
    }
    for (int i = from; i < names.size() && out.size() < MOST; i++) {
      List<String> swapped = new ArrayList<>(names);
      swapped.add(from, swapped.remove(i));
      permute(swapped, from + 1, value, out);
    }
  }

  private static List<String> joined(List<String> heads, String separator, List<String> tails) {
    List<String> joined = new ArrayList<>();
    for (String head : heads) {
      for (String tail : tails) {
        joined.add(head.isEmpty() ? tail : head + separator + tail);
      }
    }
    return joined;
  }
}
