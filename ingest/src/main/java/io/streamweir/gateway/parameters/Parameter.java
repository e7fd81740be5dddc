package io.streamweir.gateway.parameters;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * One parameter of a request body: honoured, or refused by name. Absent and null mean the same and
 * never get here.
 *
 * @param name as clients write it
 * @param support how it is honoured, or not
 * @param meaning in words, for docs/api.md: what is honoured, or which values are let through
 * @param schema what its value looks like
 * @param reader checks the value and puts it into the draft
 */
public record Parameter(
    String name, Support support, String meaning, ValueSchema schema, Reader reader) {

  /** How far a parameter is honoured. */
  public enum Support {
    HONOURED,
    /** Not supported, but values that ask for nothing are let through. */
    NEUTRAL_ONLY,
    REFUSED
  }

  /** What a parameter does. */
  public interface Reader {

    /**
     * @throws io.streamweir.gateway.http.ApiException if the value is refused
     */
    void read(JsonNode value, RequestDraft draft);
  }

  public static Parameter of(String name, ValueSchema schema, String meaning, Reader reader) {
    return new Parameter(name, Support.HONOURED, meaning, schema, reader);
  }

  public static Parameter bool(
      String name, String meaning, BiConsumer<RequestDraft, Boolean> setter) {
    return of(
        name,
        ValueSchema.bool(),
        meaning,
        (value, draft) -> setter.accept(draft, Values.bool(name, value)));
  }

  public static Parameter integer(
      String name, int least, int most, String meaning, BiConsumer<RequestDraft, Integer> setter) {
    return of(
        name,
        ValueSchema.integer(least, most),
        meaning,
        (value, draft) -> setter.accept(draft, Values.integer(name, value, least, most)));
  }

  public static Parameter longInteger(
      String name, long least, String meaning, BiConsumer<RequestDraft, Long> setter) {
    return of(
        name,
        ValueSchema.integer(least, Long.MAX_VALUE),
        meaning,
        (value, draft) -> setter.accept(draft, Values.longInteger(name, value, least)));
  }

  public static Parameter number(
      String name,
      double least,
      double most,
      String meaning,
      BiConsumer<RequestDraft, Double> setter) {
    return of(
        name,
        ValueSchema.number(least, most),
        meaning,
        (value, draft) -> setter.accept(draft, Values.number(name, value, least, most)));
  }

  /** A number above zero. */
  public static Parameter positive(
      String name, double most, String meaning, BiConsumer<RequestDraft, Double> setter) {
    return of(
        name,
        ValueSchema.number(0, most),
        meaning,
        (value, draft) -> setter.accept(draft, Values.positive(name, value, most)));
  }

  public static Parameter text(
      String name, String meaning, BiConsumer<RequestDraft, String> setter) {
    return of(
        name,
        ValueSchema.text(),
        meaning,
        (value, draft) -> setter.accept(draft, Values.text(name, value)));
  }

  /** A parameter that is not supported, but whose values that ask for nothing are let through. */
  public static Parameter only(String name, String neutral, Predicate<JsonNode> isNeutral) {
    return new Parameter(
        name,
        Support.NEUTRAL_ONLY,
        "only " + neutral,
        ValueSchema.any(),
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
  public static Parameter refused(String name) {
    return new Parameter(
        name,
        Support.REFUSED,
        "refused",
        ValueSchema.any(),
        (value, draft) -> {
          throw Values.unsupported(name, "'" + name + "' is not supported; leave it out.");
        });
  }
}
