package io.streamweir.text.grammar;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.text.grammar.regex.Spelling;
import io.streamweir.text.tokenizer.Vocabulary;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Says who is right where masks differ: a token that only one of the two allows is followed to the
 * end of a text, which is parsed and validated by other code.
 */
final class DifferenceJudge {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final ObjectMapper NAMES_ONCE =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();
  private static final int LONGEST = 200;

  /** Tokens that may be needed to complete a character. */
  private static final int FEW = 4;

  private final Vocabulary vocabulary;
  private final int endToken;
  private final ByteTokens bytes;
  private final JsonNode schema;
  private final Constraint constraint;
  private final List<int[]> endings;
  private final ConstraintCompiler compiler;
  private Constraint withoutFormats;

  /**
   * @param compiler that made the constraint
   * @param endings tokens with which texts may end
   */
  DifferenceJudge(
      Vocabulary vocabulary,
      int endToken,
      JsonNode schema,
      ConstraintCompiler compiler,
      Constraint constraint,
      List<int[]> endings) {
    this.compiler = compiler;
    this.endings = endings;
    this.vocabulary = vocabulary;
    this.endToken = endToken;
    this.bytes = new ByteTokens(vocabulary);
    this.schema = schema;
    this.constraint = constraint;
  }

  /**
   * A token that only XGrammar allows.
   *
   * @param completed the tokens of a whole text that begins with it; empty if XGrammar found none
   */
  Difference ofXGrammar(Optional<int[]> completed) {
    if (completed.isEmpty()) {
      return Difference.XGRAMMAR_FINDS_NO_END;
    }
    Optional<String> text = text(completed.get());
    Optional<JsonNode> value = text.flatMap(this::validValue);
    if (value.isEmpty()) {
      return Difference.XGRAMMAR_LETS_INVALID_THROUGH;
    }
    if (hasANameTwice(text.get())) {
      return Difference.XGRAMMAR_REPEATS_A_NAME;
    }
    if (ValueTexts.of(value.get()).stream().anyMatch(this::reaches)) {
      return Difference.SPELLED_OTHERWISE_HERE;
    }
    return isLeftOutForItsFormat(value.get())
        ? Difference.FORMAT_IS_NARROWER_HERE
        : Difference.WE_LEAVE_OUT_VALID;
  }

  /** Whether the same schema without its formats has the value. */
  private boolean isLeftOutForItsFormat(JsonNode value) {
    if (schema.findValue("format") == null) {
      return false;
    }
    if (withoutFormats == null) {
      ObjectNode plain = schema.deepCopy();
      removeFormats(plain);
      withoutFormats =
          compiler.compile(new OutputFormat.JsonSchema(plain.toString(), Whitespace.COMPACT));
    }
    return ValueTexts.of(value).stream()
        .anyMatch(text -> MaskedWalk.reaches(withoutFormats, bytes.of(text)));
  }

  private static void removeFormats(JsonNode node) {
    if (node.path("format").isTextual()) {
      ((ObjectNode) node).remove("format");
    }
    node.forEach(DifferenceJudge::removeFormats);
  }

  /** A token that only our mask allows behind those before. */
  Difference ofOurs(int[] before, int token) {
    int[] begun = Arrays.copyOf(before, before.length + 1);
    begun[before.length] = token;
    Optional<int[]> completed = token == endToken ? Optional.of(before) : complete(begun);
    if (completed.isEmpty()) {
      return Difference.WE_FIND_NO_END;
    }
    return text(completed.get()).flatMap(this::validValue).isPresent()
        ? Difference.XGRAMMAR_LEAVES_OUT_VALID
        : Difference.WE_LET_INVALID_THROUGH;
  }

  /** The text of tokens; empty if it is no UTF-8. */
  Optional<String> text(int[] tokens) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    IntStream.of(tokens).forEach(token -> all.writeBytes(vocabulary.bytes(token)));
    try {
      ByteBuffer whole = ByteBuffer.wrap(all.toByteArray());
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(whole).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private Optional<JsonNode> validValue(String text) {
    try {
      JsonNode value = JSON.readTree(text);
      return isUnicode(value) && new Validator(schema).isValid(value)
          ? Optional.of(value)
          : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static boolean isUnicode(JsonNode value) {
    boolean names =
        value.properties().stream().allMatch(entry -> Spelling.isSpellable(entry.getKey()));
    boolean text = !value.isTextual() || Spelling.isSpellable(value.textValue());
    for (JsonNode below : value) {
      text &= isUnicode(below);
    }
    return names && text;
  }

  private static boolean hasANameTwice(String text) {
    try {
      NAMES_ONCE.readTree(text);
      return false;
    } catch (JsonProcessingException e) {
      return true;
    }
  }

  private boolean reaches(String text) {
    return MaskedWalk.reaches(constraint, bytes.of(text));
  }

  /** Goes on to an end: with one that is known, else at random until there is one. */
  private Optional<int[]> complete(int[] begun) {
    ConstraintState state = constraint.resume(begun);
    int[] all = begun;
    Random random = new Random(begun.length);
    for (int i = 0; i < LONGEST; i++) {
      if (state.mayEnd()) {
        return Optional.of(all);
      }
      Optional<int[]> ended = i < FEW ? withAnEnding(all) : Optional.empty();
      if (ended.isPresent()) {
        return ended;
      }
      long[] mask = new long[constraint.maskWords()];
      state.mask(mask);
      int next = next(mask, random);
      state.accept(next);
      all = Arrays.copyOf(all, all.length + 1);
      all[all.length - 1] = next;
    }
    return Optional.empty();
  }

  private Optional<int[]> withAnEnding(int[] begun) {
    return endings.stream()
        .map(ending -> IntStream.concat(IntStream.of(begun), IntStream.of(ending)).toArray())
        .filter(all -> MaskedWalk.reaches(constraint, all))
        .findFirst();
  }

  private int next(long[] mask, Random random) {
    OptionalInt closer =
        IntStream.of(bytes.of("\"}]0:")).filter(token -> Tokens.allowed(mask, token)).findFirst();
    if (closer.isPresent()) {
      return closer.getAsInt();
    }
    int token = random.nextInt(vocabulary.size());
    while (!Tokens.allowed(mask, token)) {
      token = (token + 1) % vocabulary.size();
    }
    return token;
  }
}
