package io.streamweir.models.training;

import io.streamweir.models.data.ChatPrompt;
import io.streamweir.models.tokenizer.BpeTokenizer;
import java.util.ArrayList;
import java.util.List;

/**
 * A tokenized prompt with the answer to it.
 *
 * @param ids prompt, answer, end token
 * @param promptLength how many of the ids are the prompt
 */
record Example(List<Integer> ids, int promptLength) {
  static Example of(BpeTokenizer tokenizer, String prompt, String answer) {
    List<Integer> ids = new ArrayList<>(tokenizer.encode(prompt));
    int promptLength = ids.size();
    ids.addAll(tokenizer.encode(answer + ChatPrompt.END));
    return new Example(ids, promptLength);
  }

  int length() {
    return ids.size();
  }
}
