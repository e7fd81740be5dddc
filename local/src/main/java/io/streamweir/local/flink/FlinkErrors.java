package io.streamweir.local.flink;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;

/** Finds what went wrong in what Flink says, which is a stack trace in a JSON string. */
final class FlinkErrors {

  private static final String CAUSED_BY = "Caused by: ";

  private FlinkErrors() {}

  /** The innermost cause in the errors of a response. */
  static String cause(JsonNode response) {
    var errors = new ArrayList<String>();
    response.path("errors").forEach(error -> errors.add(error.asText()));
    return errors.isEmpty() ? response.toString() : cause(errors.get(errors.size() - 1));
  }

  /** The first line of the innermost cause of a stack trace, without its full stop. */
  static String cause(String stackTrace) {
    return withoutFullStop(innermost(stackTrace));
  }

  private static String withoutFullStop(String sentence) {
    return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
  }

  private static String innermost(String stackTrace) {
    var lines = stackTrace.lines().map(String::strip).toList();
    for (int i = lines.size() - 1; i >= 0; i--) {
      if (lines.get(i).startsWith(CAUSED_BY)) {
        return lines.get(i).substring(CAUSED_BY.length());
      }
    }
    return lines.isEmpty() ? stackTrace : lines.get(0);
  }
}
