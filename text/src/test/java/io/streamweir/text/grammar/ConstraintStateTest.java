package io.streamweir.text.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.text.tokenizer.Vocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConstraintStateTest {
  private static final String PERSON =
      "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\",\"maxLength\":12},"
          + "\"tags\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
          + "\"size\":{\"type\":\"number\"}},\"required\":[\"name\",\"tags\"],"
          + "\"additionalProperties\":false}";

  @ParameterizedTest
  @ValueSource(
      strings = {
        PERSON,
        "{\"type\":\"string\",\"minLength\":3,\"maxLength\":9}",
        "{\"type\":\"string\",\"pattern\":\"^[^x]{0,7}y\"}",
        "{\"type\":\"array\",\"items\":{\"anyOf\":[{\"type\":\"string\",\"maxLength\":5},"
            + "{\"type\":\"string\",\"pattern\":\"e\"}]}}"
      })
  void shouldMaskExactlyTheTokensThatAreAccepted(String schema) {
    Random random = new Random(7);
    Constraint constraint = Tokens.schema(schema);
    for (int walk = 0; walk < 3; walk++) {
      List<Integer> tokens = new ArrayList<>();
      ConstraintState state = constraint.start();
      while (!state.isFinished() && tokens.size() < 12) {
        long[] bits = Tokens.mask(state);
        List<Integer> allowed = new ArrayList<>();
        for (int token = 0; token < Tokens.VOCABULARY.size(); token++) {
          boolean accepted = constraint.resume(array(tokens)).accept(token);
          assertThat(Tokens.allowed(bits, token))
              .as("%s then %d", tokens, token)
              .isEqualTo(accepted);
          if (accepted && token != Tokens.END) {
            allowed.add(token);
          }
        }
        if (allowed.isEmpty()) {
          break;
        }
        int next = allowed.get(random.nextInt(allowed.size()));
        state.accept(next);
        tokens.add(next);
      }
    }
  }

  /** Tokens of more than 33 plain characters count as of any length. */
  @Test
  void shouldNotOfferATokenThatIsLongerThanTheText(@TempDir Path directory) throws IOException {
    ObjectMapper json = new ObjectMapper();
    JsonNode model = json.readTree(Tokens.modelDirectory().resolve("tokenizer.json").toFile());
    ArrayNode added = (ArrayNode) model.get("added_tokens");
    int spaces = Tokens.VOCABULARY.size();
    ObjectNode token = added.get(0).deepCopy();
    added.add(token.put("id", spaces).put("content", " ".repeat(44)).put("special", false));
    json.writeValue(directory.resolve("tokenizer.json").toFile(), model);
    ConstraintCompiler compiler =
        new ConstraintCompiler(Vocabulary.read(directory), Set.of(Tokens.END));
    for (int most : new int[] {20, 32, 33, 34, 40, 43, 44, 45, 100}) {
      String schema = "{\"type\":\"string\",\"maxLength\":" + most + "}";
      Constraint constraint =
          compiler.compile(new OutputFormat.JsonSchema(schema, Whitespace.FLEXIBLE));
      ConstraintState state = constraint.start();
      assertThat(state.accept(Tokens.BYTES.of("\"")[0])).isTrue();
      long[] mask = new long[constraint.maskWords()];
      state.mask(mask);
      assertThat(Tokens.allowed(mask, spaces)).as("of %d", most).isEqualTo(most >= 44);
      assertThat(state.accept(spaces)).as("of %d", most).isEqualTo(most >= 44);
    }
  }

  @Test
  void shouldAllowEndTokensOnlyWhenTextIsComplete() {
    ConstraintState state = Tokens.schema("{\"type\":\"integer\"}").start();
    assertThat(Tokens.allowed(Tokens.mask(state), Tokens.END)).isFalse();
    assertThat(state.accept(Tokens.END)).isFalse();
    assertThat(state.accept(Tokens.BYTES.of("1")[0])).isTrue();
    assertThat(Tokens.allowed(Tokens.mask(state), Tokens.END)).isTrue();
    assertThat(state.mayEnd()).isTrue();
    assertThat(state.isFinished()).isFalse();
    assertThat(state.accept(Tokens.END)).isTrue();
    assertThat(state.isFinished()).isTrue();
    assertThat(state.accept(Tokens.BYTES.of("1")[0])).isFalse();
    assertThatIllegalStateException().isThrownBy(() -> Tokens.mask(state));
  }

  @Test
  void shouldBeFinishedWithoutEndTokenWhenNothingCanFollow() {
    ConstraintState state = Tokens.schema("{\"const\":true}").start();
    for (int token : Tokens.BYTES.of("true")) {
      assertThat(state.isFinished()).isFalse();
      assertThat(state.accept(token)).isTrue();
    }
    assertThat(state.isFinished()).isTrue();
  }

  @Test
  void shouldStayWhereItIsWhenTokenIsRefused() {
    ConstraintState state = Tokens.schema(PERSON).start();
    state.accept(Tokens.BYTES.of("{")[0]);
    long[] before = Tokens.mask(state);
    assertThat(state.accept(Tokens.BYTES.of("}")[0])).isFalse();
    assertThat(state.accept(-1)).isFalse();
    assertThat(state.accept(Integer.MAX_VALUE)).isFalse();
    assertThat(Tokens.mask(state)).isEqualTo(before);
  }

  @Test
  void shouldGiveTheSameMasksWhenResumedFromTheTokens() {
    int[] tokens = Tokens.BYTES.of("{\"name\": \"Ann\", \"tags\": [\"x\"], \"size\": -1.5}");
    Constraint constraint = Tokens.schema(PERSON);
    ConstraintState state = constraint.start();
    for (int i = 0; i < tokens.length; i++) {
      ConstraintState resumed = Tokens.schema(PERSON).resume(Arrays.copyOf(tokens, i));
      assertThat(Tokens.mask(resumed)).isEqualTo(Tokens.mask(state));
      state.accept(tokens[i]);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> constraint.resume(Tokens.BYTES.of("{]")))
        .withMessageContaining("position 1");
  }

  @Test
  void shouldClearThePaddingWhenMaskIsWiderThanTheVocabulary() {
    Constraint constraint = Tokens.schema("{\"type\":\"string\"}");
    long[] bits = new long[constraint.maskWords() + 3];
    Arrays.fill(bits, -1);
    constraint.start().mask(bits);
    assertThat(Arrays.copyOf(bits, constraint.maskWords()))
        .isEqualTo(Tokens.mask(constraint.start()));
    assertThat(bits).endsWith(0, 0, 0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> constraint.start().mask(new long[constraint.maskWords() - 1]));
  }

  @Test
  void shouldGoOnWhenTheAutomatonHasBeenReplaced() {
    Constraint constraint = Tokens.schema("{\"type\":\"string\",\"maxLength\":100000}");
    ConstraintState state = constraint.start();
    state.accept(Tokens.BYTES.of("\"")[0]);
    int letter = Tokens.BYTES.of("e")[0];
    TokenAutomaton first = constraint.current();
    for (int i = 0; i < 20_000; i++) {
      assertThat(state.accept(letter)).isTrue();
    }
    assertThat(constraint.current()).isNotSameAs(first);
    assertThat(state.accept(Tokens.BYTES.of("\"")[0])).isTrue();
    assertThat(state.isFinished()).isTrue();
  }

  @Test
  void shouldGiveTheSameMasksWhenManySequencesShareAConstraint() throws Exception {
    int[] tokens = Tokens.BYTES.of("{\"name\": \"Ann\", \"tags\": [\"x\", \"y\"], \"size\": 2}");
    List<long[]> expected = masks(Tokens.schema(PERSON), tokens);
    Constraint shared = Tokens.schema(PERSON);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<List<long[]>>> walks = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        walks.add(() -> masks(shared, tokens));
      }
      for (Future<List<long[]>> walk : threads.invokeAll(walks)) {
        assertThat(walk.get()).usingElementComparator(Arrays::compare).isEqualTo(expected);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static List<long[]> masks(Constraint constraint, int[] tokens) {
    ConstraintState state = constraint.start();
    List<long[]> masks = new ArrayList<>();
    for (int token : tokens) {
      masks.add(Tokens.mask(state));
      state.accept(token);
    }
    return masks;
  }

  private static int[] array(List<Integer> tokens) {
    return tokens.stream().mapToInt(Integer::intValue).toArray();
  }
}
