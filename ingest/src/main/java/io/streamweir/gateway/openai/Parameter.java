package io.streamweir.gateway.openai;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * One parameter of a request body: honoured, or refused by name. Absent and null mean the same and
 * never get here.
 *
 * @param name as clients write it
 * @param support in words, for docs/api.md: what is honoured, or which values are let through
 * @param reader checks the value and puts it into the draft
 */
record Parameter(String name, String support, Reader reader) {

  /** What a parameter does. */
  interface Reader {

    /**
     * @throws io.streamweir.gateway.http.ApiException if the value is refused
     */
    void read(JsonNode value, RequestDraft draft);
  }

  static Parameter of(String name, String support, Reader reader) {
    return new Parameter(name, support, reader);
  }

  static Parameter bool(String name, String support, BiConsumer<RequestDraft, Boolean> setter) {
    return of(name, support, (value, draft) -> setter.accept(draft, Values.bool(name, value)));
  }

  static Parameter integer(
      String name, int least, int most, String support, BiConsumer<RequestDraft, Integer> setter) {
    return of(
        name,
        support,
        (value, draft) -> setter.accept(draft, Values.integer(name, value, least, most)));
  }

  static Parameter longInteger(
      String name, long least, String support, BiConsumer<RequestDraft, Long> setter) {
    return of(
        name,
        support,
        (value, draft) -> setter.accept(draft, Values.longInteger(name, value, least)));
  }

  static Parameter number(
      String name,
      double least,
      double most,
      String support,
      BiConsumer<RequestDraft, Double> setter) {
    return of(
        name,
        support,
        (value, draft) -> setter.accept(draft, Values.number(name, value, least, most)));
  }

  static Parameter text(String name, String support, BiConsumer<RequestDraft, String> setter) {
    return of(name, support, (value, draft) -> setter.accept(draft, Values.text(name, value)));
  }

  /** A parameter that is not supported, but whose values that ask for nothing are let through. */
  static Parameter only(String name, String neutral, Predicate<JsonNode> isNeutral) {
    return of(
        name,
        "only " + neutral,
        (value, draft) -> {
          if (!isNeutral.test(value)) {
            throw Values.unsupported(
                name,
                "'"
                    + name
                    + "' is "
                    + Values.show(value)
                    + ", but only "
                    + neutral
                    + " is supported; leave it out.");
          }
        });
  }

  /** A parameter that is not supported whatever its value. */
  static Parameter refused(String name) {
    return of(
        name,
        "refused",
        (value, draft) -> {
          throw Values.unsupported(name, "'" + name + "' is not supported; leave it out.");
        });
  }
}
