package io.streamweir.models.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AugmentationTest {
  private static final Utterance ORDER =
      new Utterance("Please cancel order 00123842, now", "cancel_order", "order_id", 20, 28);
  private static final Utterance REVIEW = new Utterance("leave a review", "review", "", 0, 0);

  private static List<Utterance> vary(Utterance utterance, long seed) {
    Augmentation augmentation = new Augmentation(seed);
    return IntStream.range(0, 500).mapToObj(i -> augmentation.vary(utterance)).toList();
  }

  @Test
  void shouldKeepTheLabelsAndTheEntityInItsPlace() {
    for (Utterance varied : vary(ORDER, 1)) {
      assertThat(varied.intent()).isEqualTo("cancel_order");
      assertThat(varied.entity().orElseThrow().text()).matches("[A-Z]{0,3}-?[0-9]{3,16}");
      assertThat(varied.text()).endsWith(varied.entity().orElseThrow().text() + ", now");
    }
  }

  @Test
  void shouldShowManyValuesAndManySpellings() {
    List<Utterance> varied = vary(ORDER, 1);
    Set<String> values =
        varied.stream().map(u -> u.entity().orElseThrow().text()).collect(Collectors.toSet());
    Set<String> spellings =
        varied.stream().map(u -> u.text().substring(0, u.start())).collect(Collectors.toSet());

    assertThat(values).hasSizeGreaterThan(200);
    assertThat(spellings).hasSizeGreaterThan(20);
  }

  @Test
  void shouldInventNoEntityWhenThereIsNone() {
    assertThat(vary(REVIEW, 1)).allMatch(varied -> varied.entity().isEmpty()).contains(REVIEW);
  }

  @Test
  void shouldRepeatItselfForTheSameSeed() {
    assertThat(vary(ORDER, 3)).isEqualTo(vary(ORDER, 3)).isNotEqualTo(vary(ORDER, 4));
  }
}
