package io.streamweir.engine.core;

import java.util.HashMap;
import java.util.Map;

/**
 * Which block holds which full block of tokens. Found by chained hash and then compared token by
 * token: an entry also names the very entry that it follows and, if it follows none, the salt, so
 * that equal hashes of different contents can never pass for each other.
 */
final class PrefixCache {
  private final int blockSize;
  private final Hash hash;
  private final Map<Long, Entry> byHash = new HashMap<>();
  private final Entry[] byBlock;

  PrefixCache(int totalBlocks, int blockSize, Hash hash) {
    this.blockSize = blockSize;
    this.hash = hash;
    byBlock = new Entry[totalBlocks];
  }

  /** A hash of the tokens of a sequence up to the end of its block {@code index}. */
  @FunctionalInterface
  interface Hash {
    long of(Sequence sequence, int index);
  }

  /**
   * A full block of tokens whose keys and values are in {@code block}.
   *
   * @param parent the entry before it, null for the first of a sequence
   */
  record Entry(long hash, int block, int[] tokens, Entry parent, String salt) {

    /** Whether it holds block {@code index} of a sequence whose block before it is in a parent. */
    private boolean holds(Sequence sequence, int index, Entry before) {
      if (parent != before || !salt.equals(sequence.request().cacheSalt())) {
        return false;
      }
      for (int i = 0; i < tokens.length; i++) {
        if (tokens[i] != sequence.token(index * tokens.length + i)) {
          return false;
        }
      }
      return true;
    }
  }

  int size() {
    return byHash.size();
  }

  /** The entry of a block of the pool, or null. */
  Entry of(int block) {
    return byBlock[block];
  }

  /** The entry that holds block {@code index} of the sequence after {@code parent}, or null. */
  Entry find(Sequence sequence, int index, Entry parent) {
    Entry entry = byHash.get(hash(sequence, index));
    return entry != null && entry.holds(sequence, index, parent) ? entry : null;
  }

  /**
   * Notes that the sequence's block {@code index} is computed. Takes the place of an entry that
   * nobody can find any more, because the one before it is gone.
   *
   * @return false if its hash is taken by other contents
   */
  boolean put(Sequence sequence, int index, Entry parent) {
    long key = hash(sequence, index);
    Entry taken = byHash.get(key);
    if (taken != null) {
      if (taken.parent() == null || of(taken.parent().block()) == taken.parent()) {
        return false;
      }
      remove(taken.block());
    }
    int[] tokens = new int[blockSize];
    for (int i = 0; i < blockSize; i++) {
      tokens[i] = sequence.token(index * blockSize + i);
    }
    int block = sequence.block(index);
    Entry entry = new Entry(key, block, tokens, parent, sequence.request().cacheSalt());
    byHash.put(key, entry);
    byBlock[block] = entry;
    return true;
  }

  /** Forgets what the block held, if anything. */
  void remove(int block) {
    Entry entry = byBlock[block];
    if (entry != null) {
      byHash.remove(entry.hash());
      byBlock[block] = null;
    }
  }

  long hash(Sequence sequence, int index) {
    return hash.of(sequence, index);
  }
}
