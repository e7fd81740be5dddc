package io.streamweir.text.grammar;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.streamweir.text.tokenizer.Vocabulary;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** The vocabulary of the project's demo model with constraints for it. */
final class Tokens {
  static final Vocabulary VOCABULARY = Vocabulary.read(modelDirectory());
  static final int END = VOCABULARY.idOf("<|im_end|>").orElseThrow();
  static final ByteTokens BYTES = new ByteTokens(VOCABULARY);

  private static final int MAX_TOKENS = 1_000;

  private Tokens() {}

  static Path modelDirectory() {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(root.resolve("models/support-intents"))) {
      root = root.getParent();
    }
    return root.resolve("models/support-intents");
  }

  static ConstraintCompiler compiler() {
    return new ConstraintCompiler(VOCABULARY, Set.of(END));
  }

  static Constraint schema(String schema) {
    return compiler().compile(new OutputFormat.JsonSchema(schema, Whitespace.FLEXIBLE));
  }

  static boolean allowed(long[] mask, int token) {
    return (mask[token >> 6] >>> token & 1) != 0;
  }

  static long[] mask(ConstraintState state) {
    long[] bits = new long[(VOCABULARY.size() + 63) / 64];
    state.mask(bits);
    return bits;
  }

  /** Whether the text is allowed as a whole, byte by byte; masks and acceptance have to agree. */
  static boolean reaches(Constraint constraint, String text) {
    return reaches(constraint, BYTES.of(text));
  }

  /** Whether the tokens are allowed and may end there; masks and acceptance have to agree. */
  static boolean reaches(Constraint constraint, int[] tokens) {
    ConstraintState state = constraint.start();
    for (int token : tokens) {
      boolean allowed = allowed(mask(state), token);
      if (state.accept(token) != allowed) {
        throw new AssertionError("The mask and accept contradict each other at token " + token);
      }
      if (!allowed) {
        return false;
      }
    }
    boolean mayEnd = state.mayEnd();
    return state.accept(END) && mayEnd;
  }

  /**
   * Follows the masks at random until the text has ended, ending early where it can; empty if
   * chance has not led to an end after many tokens.
   */
  static Optional<String> randomWalk(Constraint constraint, Random random, int patience) {
    ConstraintState state = constraint.start();
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (int i = 0; !state.isFinished(); i++) {
      if (i == MAX_TOKENS) {
        return Optional.empty();
      }
      long[] bits = mask(state);
      boolean end = allowed(bits, END) && (i > patience || random.nextInt(4) == 0);
      int token = end ? END : pick(bits, random, i > patience);
      if (!state.accept(token)) {
        throw new AssertionError("Token " + token + " was in the mask of " + text);
      }
      if (token != END) {
        text.writeBytes(VOCABULARY.bytes(token));
      }
    }
    return Optional.of(text.toString(UTF_8));
  }

  /** Any allowed token; when patience is at an end, mostly one that closes something. */
  private static int pick(long[] bits, Random random, boolean hurry) {
    if (hurry && random.nextInt(4) > 0) {
      for (int closing : BYTES.of("\"}]")) {
        if (allowed(bits, closing)) {
          return closing;
        }
      }
    }
    int token = random.nextInt(bits.length * 64);
    while (!allowed(bits, token) || token == END) {
      token = (token + 1) % (bits.length * 64);
      if (token == END && onlyEnd(bits)) {
        return END;
      }
    }
    return token;
  }

  private static boolean onlyEnd(long[] bits) {
    int count = 0;
    for (long word : bits) {
      count += Long.bitCount(word);
    }
    return count == 1 && allowed(bits, END);
  }
}
