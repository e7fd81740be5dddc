package io.streamweir.text.template.run;

import io.streamweir.text.template.value.TemplateFailure;
import io.streamweir.text.template.value.Value;
import java.util.Map;

/**
 * The filters, tests and global names that every template can use.
 *
 * @param filters by name
 * @param tests by name
 * @param globals by name
 */
public record Library(
    Map<String, Filter> filters, Map<String, ValueTest> tests, Map<String, Value> globals) {

  public Filter filter(String name) {
    Filter filter = filters.get(name);
    if (filter == null) {
      throw TemplateFailure.unsupported("no filter is named '" + name + "'");
    }
    return filter;
  }

  public ValueTest test(String name) {
    ValueTest test = tests.get(name);
    if (test == null) {
      throw TemplateFailure.unsupported("no test is named '" + name + "'");
    }
    return test;
  }
}
