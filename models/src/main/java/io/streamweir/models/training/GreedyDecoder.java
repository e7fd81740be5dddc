package io.streamweir.models.training;

import io.streamweir.models.data.ChatPrompt;
import io.streamweir.models.tokenizer.BpeTokenizer;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers a batch of prompts with the likeliest token each time. Every step computes the whole
 * sequences anew: slow, but too simple to be wrong, and fast enough for a thousand short prompts.
 */
public final class GreedyDecoder {
  private final Qwen2Script model;
  private final BpeTokenizer tokenizer;
  private final int maxTokens;

  /**
   * Decodes with {@code model}.
   *
   * @param maxTokens an answer is cut off after so many tokens
   */
  public GreedyDecoder(Qwen2Script model, BpeTokenizer tokenizer, int maxTokens) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.maxTokens = maxTokens;
  }

  /** The answers to {@code prompts}, in their order, without the end token. */
  public List<String> answer(List<String> prompts) {
    List<List<Integer>> sequences = new ArrayList<>();
    prompts.forEach(prompt -> sequences.add(new ArrayList<>(tokenizer.encode(prompt))));
    int[] promptLengths = sequences.stream().mapToInt(List::size).toArray();
    List<List<Integer>> running = new ArrayList<>(sequences);
    int end = tokenizer.id(ChatPrompt.END);
    for (int i = 0; i < maxTokens && !running.isEmpty(); i++) {
      extend(running);
      running.removeIf(sequence -> sequence.get(sequence.size() - 1) == end);
    }
    List<String> answers = new ArrayList<>();
    for (int i = 0; i < sequences.size(); i++) {
      List<Integer> sequence = sequences.get(i);
      answers.add(tokenizer.decode(sequence.subList(promptLengths[i], sequence.size())));
    }
    return answers;
  }

  private void extend(List<List<Integer>> sequences) {
    int width = sequences.stream().mapToInt(List::size).max().orElseThrow();
    long[] ids = new long[sequences.size() * width];
    long[] last = new long[sequences.size()];
    for (int row = 0; row < sequences.size(); row++) {
      List<Integer> sequence = sequences.get(row);
      for (int i = 0; i < sequence.size(); i++) {
        ids[row * width + i] = sequence.get(i);
      }
      last[row] = (long) row * width + sequence.size() - 1;
    }
    long[] next = model.nextTokens(ids, width, last);
    for (int row = 0; row < sequences.size(); row++) {
      sequences.get(row).add(Math.toIntExact(next[row]));
    }
  }
}
