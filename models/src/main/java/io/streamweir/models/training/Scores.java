package io.streamweir.models.training;

import io.streamweir.models.data.Answer;
import io.streamweir.models.data.ChatPrompt;
import io.streamweir.models.data.Corpus;
import io.streamweir.models.data.Utterance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How well a model does.
 *
 * @param utterances asked
 * @param validJson answers that are of the documented form
 * @param intents answers with the right intent
 * @param withEntity utterances that have an entity
 * @param entities of these, answers with the right type and the value verbatim from the text
 * @param spuriousEntities answers with an entity where the utterance has none
 * @param wrong what went wrong, one line each
 */
public record Scores(
    int utterances,
    int validJson,
    int intents,
    int withEntity,
    int entities,
    int spuriousEntities,
    List<String> wrong) {
  private static final int ROWS = 128;

  /** Asks for every utterance of a corpus. */
  public static Scores of(GreedyDecoder decoder, Corpus corpus) {
    List<Utterance> utterances = corpus.utterances();
    List<String> answers = new ArrayList<>();
    for (int i = 0; i < utterances.size(); i += ROWS) {
      List<Utterance> rows = utterances.subList(i, Math.min(i + ROWS, utterances.size()));
      answers.addAll(decoder.answer(rows.stream().map(u -> ChatPrompt.of(u.text())).toList()));
    }
    return of(utterances, answers);
  }

  static Scores of(List<Utterance> utterances, List<String> answers) {
    int valid = 0;
    int intents = 0;
    int withEntity = 0;
    int entities = 0;
    int spurious = 0;
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < utterances.size(); i++) {
      Answer right = utterances.get(i).answer();
      Optional<Answer> given = Answer.parse(answers.get(i));
      boolean entityRight = given.isPresent() && given.get().entity().equals(right.entity());
      boolean intentRight = given.isPresent() && given.get().intent().equals(right.intent());
      valid += given.isPresent() ? 1 : 0;
      intents += intentRight ? 1 : 0;
      withEntity += right.entity().isPresent() ? 1 : 0;
      entities += right.entity().isPresent() && entityRight ? 1 : 0;
      spurious += right.entity().isEmpty() && !entityRight ? 1 : 0;
      if (!intentRight || !entityRight) {
        wrong.add(
            "%s -> %s, not %s".formatted(utterances.get(i).text(), answers.get(i), right.toJson()));
      }
    }
    return new Scores(
        utterances.size(), valid, intents, withEntity, entities, spurious, List.copyOf(wrong));
  }

  /** Share of utterances with the right intent, in percent. */
  public double intentAccuracy() {
    return 100.0 * intents / utterances;
  }

  /** Share of the utterances with an entity whose type and text are both right, in percent. */
  public double entityExact() {
    return 100.0 * entities / withEntity;
  }

  /** Share of utterances with everything right, in percent. */
  public double answerExact() {
    return 100.0 * (utterances - wrong.size()) / utterances;
  }

  @Override
  public String toString() {
    return "intent %.2f %% (%d/%d), entity exact %.2f %% (%d/%d), entity where none is %d, whole answer %.2f %%, valid JSON %d/%d"
        .formatted(
            intentAccuracy(),
            intents,
            utterances,
            entityExact(),
            entities,
            withEntity,
            spuriousEntities,
            answerExact(),
            validJson,
            utterances);
  }
}
