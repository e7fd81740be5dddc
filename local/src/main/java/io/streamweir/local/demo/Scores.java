package io.streamweir.local.demo;

import java.util.List;

/**
 * How many answers are right.
 *
 * @param utterances asked
 * @param valid answers of the documented form
 * @param intents right intents
 * @param withEntity utterances that name an entity
 * @param entities of these, answers with the right type and the exact text
 * @param spurious answers with an entity where the utterance names none
 */
record Scores(int utterances, int valid, int intents, int withEntity, int entities, int spurious) {

  /**
   * Compares answers with what is right.
   *
   * @param answers what the model wrote, in the order of the utterances
   */
  static Scores of(List<Utterance> utterances, List<String> answers) {
    int valid = 0;
    int intents = 0;
    int withEntity = 0;
    int entities = 0;
    int spurious = 0;
    for (int i = 0; i < utterances.size(); i++) {
      var right = utterances.get(i).answer();
      var given = Answer.parse(answers.get(i));
      valid += given.isPresent() ? 1 : 0;
      intents += given.filter(answer -> answer.intent().equals(right.intent())).isPresent() ? 1 : 0;
      if (right.entity().isPresent()) {
        withEntity++;
        entities += given.filter(a -> a.entity().equals(right.entity())).isPresent() ? 1 : 0;
      } else {
        spurious += given.filter(answer -> answer.entity().isPresent()).isPresent() ? 1 : 0;
      }
    }
    return new Scores(utterances.size(), valid, intents, withEntity, entities, spurious);
  }

  /** Share of utterances with the right intent, percent. */
  double intentAccuracy() {
    return 100.0 * intents / utterances;
  }

  /** Share of the utterances with an entity whose entity is exact, percent; 100 if none has one. */
  double entityExact() {
    return withEntity == 0 ? 100.0 : 100.0 * entities / withEntity;
  }
}
