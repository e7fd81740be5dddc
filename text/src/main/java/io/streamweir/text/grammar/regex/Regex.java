package io.streamweir.text.grammar.regex;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A regular language over bytes, as an immutable expression.
 *
 * <p>The static methods simplify as they build, so that an expression has finitely many derivatives
 * (Brzozowski 1964; similarity is: unions and intersections are sets). Two expressions that are
 * equal have the same language, not the other way round.
 */
public abstract class Regex {
  private final int hash;
  private final int size;
  private final boolean nullable;
  private final boolean mayBeEmpty;

  /**
   * @param hash of the parts, with something that tells the class
   * @param size see {@link #size}
   * @param nullable see {@link #nullable}
   * @param mayBeEmpty see {@link #mayBeEmpty}
   */
  Regex(int hash, long size, boolean nullable, boolean mayBeEmpty) {
    this.hash = hash * 0x9e3779b1 ^ (hash >>> 15);
    this.size = (int) Math.min(size, Integer.MAX_VALUE);
    this.nullable = nullable;
    this.mayBeEmpty = mayBeEmpty;
  }

  /** Whether the empty text belongs to the language. */
  public final boolean nullable() {
    return nullable;
  }

  /** What may follow the byte {@code b}. */
  abstract Regex derive(int b);

  /** Refines {@code classes} until bytes of one class have the same derivative. */
  abstract void splitHeads(ByteClasses classes);

  /** Whether the language may be empty although the expression is not {@link Nothing}. */
  final boolean mayBeEmpty() {
    return mayBeEmpty;
  }

  /** Whether there is a text in the language for sure; else a search has to tell. */
  public final boolean certainlyHasTexts() {
    return this != nothing() && (nullable || !mayBeEmpty);
  }

  /** Whether the language is known to have finitely many texts. */
  boolean isFinite() {
    return false;
  }

  /**
   * Whether any characters may follow, without end: it is known that the language remains like that
   * whatever of them come first.
   */
  boolean takesAnyText() {
    return false;
  }

  /** The number of nodes, counted as a tree. */
  public final int size() {
    return size;
  }

  @Override
  public final int hashCode() {
    return hash;
  }

  @Override
  public final boolean equals(Object other) {
    return this == other
        || other instanceof Regex regex
            && regex.hash == hash
            && regex.size == size
            && regex.getClass() == getClass()
            && sameParts(regex);
  }

  /** Equality of two nodes of the same class. */
  abstract boolean sameParts(Regex other);

  /** No text at all. */
  public static Regex nothing() {
    return Nothing.INSTANCE;
  }

  /** The empty text only. */
  public static Regex empty() {
    return Empty.INSTANCE;
  }

  /** One byte of the set. */
  public static Regex bytes(ByteSet set) {
    return set.isEmpty() ? nothing() : new Bytes(set);
  }

  /** This text only. */
  public static Regex text(byte[] bytes) {
    return bytes.length == 0 ? empty() : new Text(bytes.clone(), 0);
  }

  /** One of the texts. */
  public static Regex texts(Collection<byte[]> texts) {
    return TextUnion.of(texts);
  }

  public static Regex concat(Regex... parts) {
    Regex result = empty();
    for (int i = parts.length - 1; i >= 0; i--) {
      result = concat(parts[i], result);
    }
    return result;
  }

  static Regex concat(Regex first, Regex second) {
    if (first == nothing() || second == nothing()) {
      return nothing();
    }
    if (first == empty()) {
      return second;
    }
    if (second == empty()) {
      return first;
    }
    if (first instanceof Concat nested) {
      return new Concat(nested.first(), concat(nested.second(), second));
    }
    return new Concat(first, second);
  }

  public static Regex union(Regex... alternatives) {
    return union(List.of(alternatives));
  }

  public static Regex union(Collection<? extends Regex> alternatives) {
    Set<Regex> flat = new LinkedHashSet<>();
    for (Regex alternative : alternatives) {
      if (alternative instanceof Union nested) {
        flat.addAll(nested.parts());
      } else if (alternative != nothing()) {
        flat.add(alternative);
      }
    }
    for (Regex alternative : flat) {
      if (alternative instanceof Repeat repeat && repeat.universal()) {
        return alternative;
      }
    }
    mergeBytes(flat);
    if (flat.contains(empty()) && flat.stream().anyMatch(r -> r != empty() && r.nullable())) {
      flat.remove(empty());
    }
    return flat.isEmpty() ? nothing() : flat.size() == 1 ? only(flat) : new Union(sorted(flat));
  }

  private static void mergeBytes(Set<Regex> alternatives) {
    ByteSet merged = ByteSet.NONE;
    int sets = 0;
    for (Regex alternative : alternatives) {
      if (alternative instanceof Bytes bytes) {
        merged = merged.or(bytes.set());
        sets++;
      }
    }
    if (sets > 1) {
      alternatives.removeIf(Bytes.class::isInstance);
      alternatives.add(new Bytes(merged));
    }
  }

  /** What belongs to all of the languages. */
  public static Regex intersection(Regex... parts) {
    Set<Regex> flat = new LinkedHashSet<>();
    for (Regex part : parts) {
      if (part == nothing()) {
        return nothing();
      }
      if (part instanceof Intersection nested) {
        flat.addAll(nested.parts());
      } else if (!isComplementOfNothing(part)) {
        flat.add(part);
      }
    }
    if (flat.contains(empty())) {
      return flat.stream().allMatch(Regex::nullable) ? empty() : nothing();
    }
    return flat.isEmpty()
        ? parts[0]
        : flat.size() == 1 ? only(flat) : new Intersection(sorted(flat));
  }

  private static boolean isComplementOfNothing(Regex regex) {
    return regex instanceof Complement complement && complement.part() == nothing();
  }

  /**
   * What does not belong to the language, among all byte strings. Use it only within an {@link
   * #intersection} with the texts that are meant.
   */
  public static Regex complement(Regex regex) {
    return regex instanceof Complement nested ? nested.part() : new Complement(regex);
  }

  /**
   * From {@code min} to {@code max} times the language.
   *
   * @param max {@link Repeat#UNBOUNDED} for no limit
   */
  public static Regex repeat(Regex regex, int min, int max) {
    if (max == 0 || regex == empty()) {
      return empty();
    }
    if (regex == nothing()) {
      return min == 0 ? empty() : nothing();
    }
    if (min == 1 && max == 1) {
      return regex;
    }
    if (min <= 1 && max < 0 && regex instanceof Repeat star && star.isStar()) {
      return star;
    }
    return new Repeat(regex, min, max, false);
  }

  /** Any number of times. */
  public static Regex star(Regex regex) {
    return repeat(regex, 0, Repeat.UNBOUNDED);
  }

  /** Once or not at all. */
  public static Regex optional(Regex regex) {
    return union(regex, empty());
  }

  /**
   * All texts of the characters that {@code character} spells. Whatever it is united with must
   * consist of such characters too: it then swallows it, which keeps searches small.
   */
  public static Regex everything(Regex character) {
    return new Repeat(character, 0, Repeat.UNBOUNDED, true);
  }

  /**
   * The digits of the multiples of {@code divisor / 10^scale}, with at most {@code scale} digits
   * after the point. Superfluous zeros in front belong to it.
   */
  public static Regex multiplesOf(long divisor, int scale) {
    return new MultipleOf(divisor, scale);
  }

  private static Regex only(Set<Regex> single) {
    return single.iterator().next();
  }

  private static List<Regex> sorted(Set<Regex> parts) {
    List<Regex> sorted = new ArrayList<>(parts);
    sorted.sort(Comparator.comparingInt(Regex::hashCode));
    return sorted;
  }
}
