package io.streamweir.text.grammar;

/** What it means that a token is allowed by XGrammar or by our mask, and not by the other. */
enum Difference {
  /** XGrammar goes on to a text that is not valid against the schema, or no JSON at all. */
  XGRAMMAR_LETS_INVALID_THROUGH(true),

  /** XGrammar goes on to an object that has a name twice. */
  XGRAMMAR_REPEATS_A_NAME(true),

  /** XGrammar finds no end of the text that it has begun. */
  XGRAMMAR_FINDS_NO_END(true),

  /** Our text is valid, and XGrammar cannot say it. */
  XGRAMMAR_LEAVES_OUT_VALID(true),

  /** The text of XGrammar is valid; our mask lets the same value through in another spelling. */
  SPELLED_OTHERWISE_HERE(true),

  /** The text of XGrammar is a value of a format as it sees it, which our mask leaves out. */
  FORMAT_IS_NARROWER_HERE(true),

  /** The text of XGrammar is valid, and our mask has no spelling of its value. */
  WE_LEAVE_OUT_VALID(false),

  /** Our text is not valid. */
  WE_LET_INVALID_THROUGH(false),

  /** Our mask finds no end of the text that it has begun. */
  WE_FIND_NO_END(false);

  private final boolean explained;

  Difference(boolean explained) {
    this.explained = explained;
  }

  /** Whether it is none of our faults. */
  boolean explained() {
    return explained;
  }
}
