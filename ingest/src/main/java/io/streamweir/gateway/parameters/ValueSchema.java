package io.streamweir.gateway.parameters;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What a parameter's value looks like, as JSON Schema: for the description of the API, and so that
 * the bounds which are checked and the bounds which are told are the same. Immutable.
 */
public final class ValueSchema {

  private final ObjectNode json;

  private ValueSchema(ObjectNode json) {
    this.json = json;
  }

  public static ValueSchema any() {
    return new ValueSchema(JsonNodeFactory.instance.objectNode());
  }

  public static ValueSchema bool() {
    return of("boolean");
  }

  public static ValueSchema text() {
    return of("string");
  }

  public static ValueSchema object() {
    return of("object");
  }

  /** One of some strings. */
  public static ValueSchema oneOf(String... values) {
    var schema = of("string");
    var allowed = schema.json.putArray("enum");
    for (var value : values) {
      allowed.add(value);
    }
    return schema;
  }

  public static ValueSchema array(ValueSchema items) {
    var schema = of("array");
    schema.json.set("items", items.json);
    return schema;
  }

  /** A value of either kind. */
  public static ValueSchema either(ValueSchema one, ValueSchema other) {
    var schema = any();
    schema.json.putArray("anyOf").add(one.json).add(other.json);
    return schema;
  }

  public static ValueSchema integer(long least, long most) {
    var schema = of("integer");
    if (least > Integer.MIN_VALUE) {
      schema.json.put("minimum", least);
    }
    if (most < Integer.MAX_VALUE) {
      schema.json.put("maximum", most);
    }
    return schema;
  }

  public static ValueSchema number(double least, double most) {
    var schema = of("number");
    schema.json.put("minimum", least).put("maximum", most);
    return schema;
  }

  /** A copy that the caller may change. */
  public ObjectNode json() {
    return json.deepCopy();
  }

  private static ValueSchema of(String type) {
    return new ValueSchema(JsonNodeFactory.instance.objectNode().put("type", type));
  }
}
