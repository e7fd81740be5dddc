package io.streamweir.models.tokenizer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Learns merges: again and again the most frequent pair of neighbours becomes one symbol (Sennrich
 * et al. 2016, on bytes). Counting anew after each merge is quadratic and takes seconds for a
 * corpus of a few thousand distinct words. Deterministic: ties go to the alphabetically first pair.
 */
public final class BpeTrainer {
  private final Map<String, Integer> pieceCounts = new TreeMap<>();

  /** Adds {@code text}, counted {@code weight} times, to what is learned from. */
  public void add(String text, int weight) {
    for (String piece : PreTokenizer.split(text)) {
      pieceCounts.merge(piece, weight, Integer::sum);
    }
  }

  /**
   * At most {@code limit} merges, the earliest first; fewer when no pair is left that occurs more
   * than once.
   */
  public List<Merge> train(int limit) {
    Map<SymbolList, Integer> corpus = new LinkedHashMap<>();
    pieceCounts.forEach((piece, count) -> corpus.put(new SymbolList(piece), count));
    List<Merge> merges = new ArrayList<>();
    while (merges.size() < limit) {
      Optional<Merge> best = mostFrequent(corpus);
      if (best.isEmpty()) {
        break;
      }
      merges.add(best.get());
      corpus.keySet().forEach(piece -> piece.apply(best.get()));
    }
    return merges;
  }

  private static Optional<Merge> mostFrequent(Map<SymbolList, Integer> corpus) {
    Map<Merge, Integer> counts = new HashMap<>();
    corpus.forEach(
        (piece, count) ->
            piece.neighbours().forEach(pair -> counts.merge(pair, count, Integer::sum)));
    return counts.entrySet().stream()
        .filter(entry -> entry.getValue() > 1)
        .min(
            Map.Entry.<Merge, Integer>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey(Merge.ALPHABETICAL)))
        .map(Map.Entry::getKey);
  }
}
