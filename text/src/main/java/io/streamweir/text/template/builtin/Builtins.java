package io.streamweir.text.template.builtin;

import io.streamweir.text.template.run.Filter;
import io.streamweir.text.template.run.Library;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/** Puts the library together. */
public final class Builtins {

  private Builtins() {}

  /**
   * @param clock what {@code strftime_now} reads, in the clock's zone
   */
  public static Library library(Clock clock) {
    Map<String, Filter> filters = new HashMap<>();
    filters.putAll(TextFilters.TABLE);
    filters.putAll(NumberFilters.TABLE);
    filters.putAll(SequenceFilters.TABLE);
    filters.putAll(SelectionFilters.TABLE);
    filters.putAll(JsonFilter.TABLE);
    return new Library(Map.copyOf(filters), Tests.TABLE, Globals.table(clock));
  }
}
