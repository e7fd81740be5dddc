package io.streamweir.text.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.text.detokenize.StreamDetokenizer;
import io.streamweir.text.tokenizer.HfTokenizer;
import io.streamweir.text.tokenizer.TinyTokenizers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThinkingBudgetTest {
  private static final OutputSyntax QWEN =
      new OutputSyntax(ToolCallSyntax.HERMES, ThinkingTags.THINK);
  private static final OutputSyntax HARMONY =
      new OutputSyntax(ToolCallSyntax.HARMONY, ThinkingTags.NONE);
  private static final int[] ENDING = {7, 8, 9};

  @Test
  void shouldForceTheEndingWhenTheBudgetIsUsed() {
    ThinkingBudget budget = new ThinkingBudget(2, ENDING, QWEN, "<|im_start|>assistant\n<think>\n");
    accept(budget, "Hm", ",");
    assertThat(budget.forced()).hasValue(7);
    budget.accept("\n");
    assertThat(budget.forced()).hasValue(8);
    budget.accept("</think>");
    assertThat(budget.forced()).hasValue(9);
    budget.accept("\n\n");
    assertThat(budget.forced()).isEmpty();
    accept(budget, "The", " answer", " is", " 4", ".");
  }

  @Test
  void shouldForceNothingWhenTheModelEndsInTime() {
    ThinkingBudget budget = new ThinkingBudget(3, ENDING, QWEN, "<think>\n");
    accept(budget, "a", "b", "\n</think>", "\n\n", "c", "d", "e", "f");
  }

  @Test
  void shouldNotCountTheTagsWhenTheModelOpensTheBlock() {
    ThinkingBudget budget = new ThinkingBudget(1, ENDING, QWEN, "<|im_start|>assistant\n");
    accept(budget, "<think>", "a");
    assertThat(budget.forced()).hasValue(7);
  }

  @Test
  void shouldForceAtOnceWhenThereIsNoBudget() {
    assertThat(new ThinkingBudget(0, ENDING, QWEN, "<think>").forced()).hasValue(7);
  }

  @Test
  void shouldForceNothingWhenThePromptHasClosedTheBlock() {
    ThinkingBudget budget = new ThinkingBudget(0, ENDING, QWEN, "<think>\n\n</think>\n\n");
    accept(budget, "Hi", "!");
  }

  @Test
  void shouldWaitForTheCharacterWhenATokenLeavesItIncomplete() {
    ThinkingBudget budget = new ThinkingBudget(2, ENDING, QWEN, "<think>");
    accept(budget, "a", "", "");
    assertThat(budget.forced()).isEmpty();
    budget.accept("😀");
    assertThat(budget.forced()).hasValue(7);
  }

  @Test
  void shouldForceAllTheSameWhenTheCharacterNeverComes() {
    ThinkingBudget budget = new ThinkingBudget(1, ENDING, QWEN, "<think>");
    accept(budget, "", "", "", "");
    assertThat(budget.forced()).hasValue(7);
  }

  @Test
  void shouldForceOnceWhenTheEndingDoesNotEndTheReasoning() {
    ThinkingBudget budget = new ThinkingBudget(0, new int[] {7}, QWEN, "<think>");
    assertThat(budget.forced()).hasValue(7);
    budget.accept("wrong");
    accept(budget, "a", "b");
  }

  @Test
  void shouldForceAgainWhenTheModelStartsToThinkAgain() {
    ThinkingBudget budget = new ThinkingBudget(1, new int[] {7}, HARMONY, "<|start|>assistant");
    accept(budget, "<|channel|>", "analysis", "<|message|>", "Hm");
    assertThat(budget.forced()).hasValue(7);
    budget.accept("<|end|>");
    accept(budget, "<|start|>", "assistant", "<|channel|>", "analysis");
    budget.accept("<|message|>");
    assertThat(budget.forced()).hasValue(7);
  }

  @Test
  void shouldDecideTheSameWhenItIsToldTheTokensAgain() {
    List<String> texts = List.of("<think>", "a", "", "é", "b", "\n", "</think>", "x", "y");
    for (int end = 0; end <= texts.size(); end++) {
      ThinkingBudget once = new ThinkingBudget(2, ENDING, QWEN, "");
      ThinkingBudget again = new ThinkingBudget(2, ENDING, QWEN, "");
      for (String text : texts.subList(0, end)) {
        once.forced();
        once.accept(text);
        again.accept(text);
      }
      assertThat(again.forced()).isEqualTo(once.forced());
    }
  }

  @Test
  void shouldKeepTheBudgetWhenTokensAreRandom(@TempDir Path directory) throws IOException {
    TinyTokenizers.byteLevel(directory);
    try (HfTokenizer tokenizer = HfTokenizer.load(directory)) {
      int[] ending = tokenizer.encode(QWEN.endOfThinking(false).orElseThrow());
      for (int seed = 0; seed < 300; seed++) {
        Random random = new Random(seed);
        int maxTokens = random.nextInt(20);
        ThinkingBudget budget = new ThinkingBudget(maxTokens, ending, QWEN, "<think>\n");
        OutputParser parser = QWEN.parser("<think>\n", Tools.NONE, "r");
        StreamDetokenizer detokenizer =
            new StreamDetokenizer(tokenizer.vocabulary(), List.of(), QWEN.markers());
        int sampled = 0;
        for (int step = 0; step < 60; step++) {
          OptionalInt forced = budget.forced();
          sampled += parser.thinking() && forced.isEmpty() ? 1 : 0;
          String text = detokenizer.append(forced.orElseGet(() -> random.nextInt(262)));
          budget.accept(text);
          parser.feed(text);
        }
        assertThat(parser.thinking()).as("seed %d", seed).isFalse();
        assertThat(sampled).as("seed %d", seed).isBetween(maxTokens, maxTokens + 3);
      }
    }
  }

  @Test
  void shouldRefuseWhenBudgetOrEndingMakeNoSense() {
    assertThatThrownBy(() -> new ThinkingBudget(-1, ENDING, QWEN, ""))
        .hasMessageContaining("negative");
    assertThatThrownBy(() -> new ThinkingBudget(1, new int[0], QWEN, ""))
        .hasMessageContaining("no tokens");
  }

  /** Tokens that the model chooses. */
  private static void accept(ThinkingBudget budget, String... texts) {
    for (String text : texts) {
      assertThat(budget.forced()).as("before '%s'", text).isEqualTo(OptionalInt.empty());
      budget.accept(text);
    }
  }
}
