package io.streamweir.text.output;

import static java.util.Objects.requireNonNull;

import java.util.OptionalInt;

/**
 * Ends the reasoning of one answer after a number of tokens: an engine asks before each step
 * whether the next token is given, and tells each token that came, sampled or given.
 *
 * <pre>{@code
 * OptionalInt forced = budget.forced();
 * int token = forced.isPresent() ? forced.getAsInt() : sampler.sample(logits);
 * budget.accept(detokenizer.append(token));
 * }</pre>
 *
 * <p>The ending cuts no character in two: after a token that has released no text up to three more
 * are allowed. Everything depends on the tokens so far alone, so the state is rebuilt by telling
 * them again.
 *
 * <p>One object per answer; not thread-safe.
 */
public final class ThinkingBudget {
  /** A character has four bytes at most. */
  private static final int MAX_OVERDRAFT = 3;

  private final int maxTokens;
  private final int[] ending;
  private final OutputParser parser;

  private int used;
  private boolean characterOpen;

  /** How many tokens of the ending have come; all of them once it has been said. */
  private int given;

  private boolean forcing;

  /**
   * @param maxTokens how many tokens the reasoning may have, without the tags; 0 for none
   * @param ending the ids of {@link OutputSyntax#endOfThinking}
   * @param syntax the model's, with which the text is read
   * @param prompt as for {@link OutputSyntax#parser}
   */
  public ThinkingBudget(int maxTokens, int[] ending, OutputSyntax syntax, String prompt) {
    if (maxTokens < 0) {
      throw new IllegalArgumentException(
          "A thinking budget of %d tokens is negative; 0 allows none.".formatted(maxTokens));
    }
    if (ending.length == 0) {
      throw new IllegalArgumentException(
          "The ending has no tokens; a model that does not think aloud needs no budget.");
    }
    this.maxTokens = maxTokens;
    this.ending = ending.clone();
    this.parser = requireNonNull(syntax, "syntax is null").parser(prompt, Tools.NONE, "");
    decide();
  }

  /** The token that has to come next, or nothing where the model may choose. */
  public OptionalInt forced() {
    return forcing ? OptionalInt.of(ending[given]) : OptionalInt.empty();
  }

  /** Takes the text that the token which came has released, often empty. */
  public void accept(String text) {
    boolean before = parser.thinking();
    parser.feed(text);
    if (forcing) {
      given++;
      forcing = given < ending.length;
    } else if (before && parser.thinking()) {
      used++;
      characterOpen = text.isEmpty();
    }
    if (!forcing) {
      decide();
    }
  }

  private void decide() {
    if (!parser.thinking()) {
      given = 0;
      return;
    }
    boolean allowed = used < maxTokens || characterOpen && used < maxTokens + MAX_OVERDRAFT;
    forcing = !allowed && given == 0;
  }
}
