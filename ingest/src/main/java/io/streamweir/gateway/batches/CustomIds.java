package io.streamweir.gateway.batches;

import java.util.Arrays;

/**
 * Which custom ids a file has had, as 64 bits of each: eight to sixteen bytes a line. Two ids are
 * taken for one with a probability of one in ten million for half a million lines.
 */
final class CustomIds {

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;
  private static final int SMALLEST = 1 << 10;

  private long[] table = new long[SMALLEST];
  private int size;

  /**
   * @return false if it was there
   */
  boolean add(String id) {
    if (2 * (size + 1) > table.length) {
      grow();
    }
    var added = put(table, hash(id));
    size += added ? 1 : 0;
    return added;
  }

  private void grow() {
    var old = table;
    table = new long[2 * old.length];
    Arrays.stream(old).filter(hash -> hash != 0).forEach(hash -> put(table, hash));
  }

  private static boolean put(long[] table, long hash) {
    var mask = table.length - 1;
    var slot = (int) hash & mask;
    while (table[slot] != 0) {
      if (table[slot] == hash) {
        return false;
      }
      slot = (slot + 1) & mask;
    }
    table[slot] = hash;
    return true;
  }

  /** FNV-1a, then mixed as MurmurHash3 does at its end; never 0, which marks an empty slot. */
  private static long hash(String id) {
    var hash = FNV_OFFSET;
    for (var i = 0; i < id.length(); i++) {
      hash = (hash ^ id.charAt(i)) * FNV_PRIME;
    }
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
    hash ^= hash >>> 33;
    return hash == 0 ? 1 : hash;
  }
}
