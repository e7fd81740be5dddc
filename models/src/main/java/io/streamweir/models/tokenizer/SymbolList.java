package io.streamweir.models.tokenizer;

import java.util.ArrayList;
import java.util.List;

/** A piece on its way through BPE: at first its bytes, at last its tokens. Not thread-safe. */
final class SymbolList {
  private final List<String> symbols = new ArrayList<>();

  SymbolList(String piece) {
    for (char c : ByteLevel.encode(piece).toCharArray()) {
      symbols.add(String.valueOf(c));
    }
  }

  List<String> symbols() {
    return symbols;
  }

  List<Merge> neighbours() {
    List<Merge> neighbours = new ArrayList<>();
    for (int i = 1; i < symbols.size(); i++) {
      neighbours.add(new Merge(symbols.get(i - 1), symbols.get(i)));
    }
    return neighbours;
  }

  /** Joins every occurrence of {@code merge}, from left to right. */
  void apply(Merge merge) {
    for (int i = 0; i + 1 < symbols.size(); i++) {
      if (symbols.get(i).equals(merge.left()) && symbols.get(i + 1).equals(merge.right())) {
        symbols.set(i, merge.joined());
        symbols.remove(i + 1);
      }
    }
  }
}
