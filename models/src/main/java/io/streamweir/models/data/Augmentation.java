package io.streamweir.models.data;

import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Makes variants of an utterance that mean the same: another entity value (so that copying is
 * learned, not 40 values), slips of the keyboard outside the entity, another case at the start.
 * Deterministic for a seed. Not thread-safe.
 */
public final class Augmentation {
  private static final double NEW_ENTITY = 0.9;
  private static final double SLIP = 0.5;
  private static final int MOST_SLIPS = 2;
  private static final double LOWER_CASE = 0.1;
  private static final double SYSTEM_MESSAGE = 0.1;
  private static final List<String> SYSTEM_MESSAGES =
      List.of(
          "You are a helpful assistant.",
          "You are the assistant of an online shop.",
          "Answer with one line of JSON.",
          "Classify the request of the customer.");

  private final Random random;
  private final EntityValues values;
  private final Typos typos;

  public Augmentation(long seed) {
    this.random = new Random(seed);
    this.values = new EntityValues(random);
    this.typos = new Typos(random);
  }

  /** A variant, often the utterance itself. */
  public Utterance vary(Utterance utterance) {
    Utterance varied = chance(NEW_ENTITY) ? withNewEntity(utterance) : utterance;
    for (int i = 0; i < MOST_SLIPS && chance(SLIP); i++) {
      varied = slip(varied);
    }
    return chance(LOWER_CASE) ? lowerCaseBeforeEntity(varied) : varied;
  }

  /** The utterance with another value of the same type, if it has an entity. */
  Utterance withNewEntity(Utterance utterance) {
    return utterance.entity().map(e -> utterance.withEntity(values.draw(e))).orElse(utterance);
  }

  /** A corpus with another value for every entity: does a model copy, or know by heart? */
  public Corpus withNewEntities(Corpus corpus) {
    return new Corpus(corpus.utterances().stream().map(this::withNewEntity).toList());
  }

  /** The prompt for an utterance, now and then behind a system message. */
  public String prompt(Utterance utterance) {
    return chance(SYSTEM_MESSAGE)
        ? ChatPrompt.of(
            SYSTEM_MESSAGES.get(random.nextInt(SYSTEM_MESSAGES.size())), utterance.text())
        : ChatPrompt.of(utterance.text());
  }

  private Utterance slip(Utterance utterance) {
    if (utterance.entity().isEmpty()) {
      return withText(utterance, typos.slip(utterance.text()), 0);
    }
    String before = utterance.text().substring(0, utterance.start());
    String slipped = typos.slip(before);
    return withText(
        utterance,
        slipped + utterance.text().substring(utterance.start()),
        slipped.length() - before.length());
  }

  private static Utterance lowerCaseBeforeEntity(Utterance utterance) {
    int end = utterance.entity().isPresent() ? utterance.start() : utterance.text().length();
    String lower = utterance.text().substring(0, end).toLowerCase(Locale.ROOT);
    return withText(utterance, lower + utterance.text().substring(end), lower.length() - end);
  }

  private static Utterance withText(Utterance utterance, String text, int shift) {
    boolean none = utterance.entity().isEmpty();
    return new Utterance(
        text,
        utterance.intent(),
        utterance.entityType(),
        none ? 0 : utterance.start() + shift,
        none ? 0 : utterance.end() + shift);
  }

  private boolean chance(double probability) {
    return random.nextDouble() < probability;
  }
}
