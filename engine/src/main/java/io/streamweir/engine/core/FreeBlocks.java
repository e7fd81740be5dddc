package io.streamweir.engine.core;

import java.util.Arrays;

/**
 * The blocks that no sequence holds, in the order in which they are given away: a doubly linked
 * list over arrays, so that a block whose content is wanted again leaves it in constant time.
 */
final class FreeBlocks {
  private static final int NOT_FREE = -2;

  private final int[] next;
  private final int[] previous;
  private final int end;
  private int size;

  /** All of {@code total} blocks are free, the lowest first. */
  FreeBlocks(int total) {
    end = total;
    next = new int[total + 1];
    previous = new int[total + 1];
    Arrays.fill(next, NOT_FREE);
    next[end] = end;
    previous[end] = end;
    for (int block = 0; block < total; block++) {
      addLast(block);
    }
  }

  int size() {
    return size;
  }

  boolean contains(int block) {
    return next[block] != NOT_FREE;
  }

  /** To be given away next. */
  void addFirst(int block) {
    insert(block, end, next[end]);
  }

  /** To be given away after all others. */
  void addLast(int block) {
    insert(block, previous[end], end);
  }

  private void insert(int block, int before, int after) {
    next[block] = after;
    previous[block] = before;
    next[before] = block;
    previous[after] = block;
    size++;
  }

  void remove(int block) {
    next[previous[block]] = next[block];
    previous[next[block]] = previous[block];
    next[block] = NOT_FREE;
    size--;
  }

  int removeFirst() {
    int block = next[end];
    remove(block);
    return block;
  }
}
