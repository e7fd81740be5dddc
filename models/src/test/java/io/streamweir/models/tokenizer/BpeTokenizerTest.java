package io.streamweir.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class BpeTokenizerTest {
  private static final String SPECIAL = "<|end|>";

  private static BpeTokenizer learn(int merges, String... texts) {
    BpeTrainer trainer = new BpeTrainer();
    for (String text : texts) {
      trainer.add(text, 2);
    }
    return new BpeTokenizer(trainer.train(merges), List.of(SPECIAL));
  }

  @Test
  void shouldMergeTheMostFrequentPairFirst() {
    BpeTrainer trainer = new BpeTrainer();
    trainer.add("banana band", 1);
    trainer.add("or", 2);

    assertThat(trainer.train(2)).containsExactly(new Merge("a", "n"), new Merge("b", "an"));
  }

  @Test
  void shouldStopWhenNoPairOccursTwice() {
    BpeTrainer trainer = new BpeTrainer();
    trainer.add("abc", 1);

    assertThat(trainer.train(10)).isEmpty();
  }

  @Test
  void shouldDecodeToTheSameTextWhenTextIsArbitraryUnicode() {
    BpeTokenizer tokenizer = learn(50, "the order of the orders");
    for (String text :
        List.of("", " \t\r\n", "the orders", "naïve Ωmega 東京 👩‍🚀 \u0000", "{\"a\":\"b\"}")) {
      assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
    }
  }

  @Test
  void shouldGiveEachDigitItsOwnTokenWhenANumberIsFrequent() {
    BpeTokenizer tokenizer = learn(50, "order 1212", "order 1212");

    assertThat(tokenizer.encode("1212")).hasSize(4);
    assertThat(tokenizer.encode("order")).hasSize(1);
  }

  @Test
  void shouldGiveANameTheSameTokensBehindABlankAndBehindAQuotationMark() {
    BpeTokenizer tokenizer = learn(50, "from Anna", "{\"name\":\"Anna\"}");

    assertThat(tokenizer.encode("from Anna")).containsSequence(tokenizer.encode("Anna"));
    assertThat(tokenizer.encode("{\"name\":\"Anna\"}")).containsSequence(tokenizer.encode("Anna"));
  }

  @Test
  void shouldRecogniseSpecialTokensInTextAndLeaveThemOutOfDecodedText() {
    BpeTokenizer tokenizer = learn(0, "");
    List<Integer> ids = tokenizer.encode("a" + SPECIAL);

    assertThat(ids).containsExactly(tokenizer.id("a"), 256);
    assertThat(tokenizer.decode(ids)).isEqualTo("a");
  }

  @Test
  void shouldSayWhichTokenIsMissing() {
    BpeTokenizer tokenizer = learn(0, "");

    assertThatThrownBy(() -> tokenizer.id("<|nope|>"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("<|nope|>");
  }
}
