package io.streamweir.text.grammar.schema;

import io.streamweir.text.grammar.regex.Origin;

/**
 * What all schemas of one answer may cost together, so that many of them cost no more than one. Not
 * thread-safe.
 */
public final class SchemaBudget {
  /** Parts of schemas, each as often as it is translated. */
  static final int MAX_PARTS = 20_000;

  /** For checking given values: about a quarter of a second. */
  private static final long MAX_VALUES_WORK = 25_000_000;

  private int parts;
  private long valuesWork;

  /**
   * @throws io.streamweir.text.grammar.ConstraintException if that is more than there is
   */
  public void spendParts(int count, Origin origin) {
    parts += count;
    if (parts > MAX_PARTS) {
      throw origin.refuse(
          "the schema, or those of all tools together, have more than %d parts; make them smaller"
              .formatted(MAX_PARTS));
    }
  }

  void spendValuesWork(long work, Origin origin) {
    valuesWork += work;
    if (valuesWork > MAX_VALUES_WORK) {
      throw origin.refuse(
          "checking the given values against the other keywords takes too long; give fewer values,"
              + " or leave out what they fulfil anyway, such as a pattern");
    }
  }

  /** Whether it was overdrawn: then nothing more may be translated, whatever else would do. */
  public boolean exhausted() {
    return parts > MAX_PARTS || valuesWork > MAX_VALUES_WORK;
  }

  /** Parts spent so far. */
  public int parts() {
    return parts;
  }
}
