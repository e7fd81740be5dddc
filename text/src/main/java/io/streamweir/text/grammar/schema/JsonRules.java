package io.streamweir.text.grammar.schema;

import io.streamweir.text.grammar.Whitespace;
import io.streamweir.text.grammar.regex.Origin;
import io.streamweir.text.grammar.regex.Regex;
import io.streamweir.text.grammar.regex.Spelling;
import io.streamweir.text.grammar.rule.Choice;
import io.streamweir.text.grammar.rule.Grammar;
import io.streamweir.text.grammar.rule.Lexeme;
import io.streamweir.text.grammar.rule.Loop;
import io.streamweir.text.grammar.rule.Members;
import io.streamweir.text.grammar.rule.Reference;
import io.streamweir.text.grammar.rule.Rule;
import io.streamweir.text.grammar.rule.Sequence;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rules of JSON that do not depend on a schema, for each kind of white space once. */
public final class JsonRules {
  private static final Lexeme STRING = Lexeme.shared(JsonTexts.STRING, "a string");
  private static final Lexeme NUMBER = Lexeme.shared(JsonTexts.NUMBER, "a number");
  private static final Lexeme INTEGER = Lexeme.shared(JsonTexts.INTEGER, "an integer");
  private static final Lexeme BOOLEAN = Lexeme.shared(JsonTexts.plain("true|false"), "a boolean");
  private static final Lexeme NULL = Lexeme.shared(JsonTexts.plain("null"), "null");
  private static final Map<Whitespace, JsonRules> ALL = new EnumMap<>(Whitespace.class);

  static {
    for (Whitespace whitespace : Whitespace.values()) {
      ALL.put(whitespace, new JsonRules(whitespace));
    }
  }

  private final Regex gap;
  private final Lexeme objectStart;
  private final Lexeme objectEnd;
  private final Lexeme arrayStart;
  private final Lexeme arrayEnd;
  private final Lexeme comma;
  private final Lexeme anyKey;
  private final Reference anyValue = new Reference(new Origin("json", "any value"));
  private final Rule anyObject;

  private JsonRules(Whitespace whitespace) {
    Regex inside = inside(whitespace);
    this.gap = whitespace == Whitespace.SPACED ? JsonTexts.ascii(" ") : inside;
    this.objectStart = Lexeme.shared(Regex.concat(JsonTexts.ascii("{"), inside), "{");
    this.objectEnd = Lexeme.shared(Regex.concat(inside, JsonTexts.ascii("}")), "}");
    this.arrayStart = Lexeme.shared(Regex.concat(JsonTexts.ascii("["), inside), "[");
    this.arrayEnd = Lexeme.shared(Regex.concat(inside, JsonTexts.ascii("]")), "]");
    this.comma = Lexeme.shared(Regex.concat(JsonTexts.ascii(","), gap), ",");
    this.anyKey = Lexeme.shared(Regex.concat(JsonTexts.STRING, JsonTexts.ascii(":"), gap), "a key");
    this.anyObject = object(List.of(), new BitSet(), Optional.of(new Sequence(anyKey, anyValue)));
    anyValue.define(
        new Choice(
            List.of(
                STRING,
                NUMBER,
                BOOLEAN,
                NULL,
                anyObject,
                array(List.of(), anyValue, 0, Loop.UNBOUNDED))));
    // Checked once here: other grammars take the shared rules as they are.
    new Grammar(anyValue, List.of(anyValue), anyOrigin());
  }

  private static Origin anyOrigin() {
    return new Origin("json", "any value");
  }

  private static Regex inside(Whitespace whitespace) {
    return whitespace == Whitespace.FLEXIBLE
        ? JsonTexts.plain("(?: |\\r?\\n[ \\t]{0,40})?")
        : Regex.empty();
  }

  /** The rules for a kind of white space. */
  public static JsonRules of(Whitespace whitespace) {
    return ALL.get(whitespace);
  }

  /** Any JSON value. */
  public Rule anyValue() {
    return anyValue;
  }

  /** Any JSON object. */
  public Rule anyObject() {
    return anyObject;
  }

  Rule anyString() {
    return STRING;
  }

  Rule anyNumber() {
    return NUMBER;
  }

  Rule anyInteger() {
    return INTEGER;
  }

  Rule anyBoolean() {
    return BOOLEAN;
  }

  Rule nullValue() {
    return NULL;
  }

  /** A member of an object: its key and its value. */
  Rule member(String name, Rule value, Origin origin) {
    if (!Spelling.isSpellable(name)) {
      throw origin.refuse("a name has half a surrogate pair");
    }
    Regex key = Regex.concat(JsonTexts.string(name), JsonTexts.ascii(":"), gap);
    return new Sequence(Lexeme.of(key, origin), value);
  }

  /**
   * A member whose key is none of the names; its key is spelled as {@link Spelling#JSON} does, so
   * that no other spelling of a name gets through.
   */
  Rule otherMember(List<String> names, Rule value, Origin origin) {
    if (names.isEmpty()) {
      return new Sequence(anyKey, value);
    }
    Regex listed = Regex.texts(names.stream().map(Spelling.JSON::text).toList());
    Regex key =
        JsonTexts.quoted(Regex.intersection(Spelling.JSON.everything(), Regex.complement(listed)));
    return new Sequence(Lexeme.of(Regex.concat(key, JsonTexts.ascii(":"), gap), origin), value);
  }

  /**
   * An object.
   *
   * @param members in their order
   * @param optional indices of those that may be left out
   * @param others what may come after them, any number of times
   */
  Rule object(List<Rule> members, BitSet optional, Optional<Rule> others) {
    if (others.isEmpty()) {
      return new Sequence(objectStart, new Members(members, optional, comma), objectEnd);
    }
    List<Rule> all = new ArrayList<>(members);
    BitSet mayMiss = (BitSet) optional.clone();
    mayMiss.set(all.size());
    all.add(new Loop(List.of(), others.get(), Optional.of(comma), 1, Loop.UNBOUNDED));
    return new Sequence(objectStart, new Members(all, mayMiss, comma), objectEnd);
  }

  /** An array: rules of the first elements, the rule of the others, and how many there may be. */
  Rule array(List<Rule> first, Rule element, int min, int max) {
    return new Sequence(
        arrayStart, new Loop(first, element, Optional.of(comma), min, max), arrayEnd);
  }
}
