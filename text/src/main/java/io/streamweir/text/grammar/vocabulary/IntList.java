package io.streamweir.text.grammar.vocabulary;

import java.util.Arrays;

/** Numbers in a row. */
final class IntList {
  private int[] items = new int[16];
  private int size;

  void add(int item) {
    if (size == items.length) {
      items = Arrays.copyOf(items, size * 2);
    }
    items[size++] = item;
  }

  void addAll(int[] more) {
    if (size + more.length > items.length) {
      items = Arrays.copyOf(items, Math.max(size + more.length, size * 2));
    }
    System.arraycopy(more, 0, items, size, more.length);
    size += more.length;
  }

  int size() {
    return size;
  }

  void clear() {
    size = 0;
  }

  int[] toArray() {
    return Arrays.copyOf(items, size);
  }
}
