package io.streamweir.engine.core;

import io.streamweir.engine.core.PrefixCache.Entry;
import java.util.BitSet;
import java.util.Collection;
import java.util.function.IntPredicate;

/**
 * Who holds which KV block. A sequence holds just enough blocks for the tokens it was given room
 * for. Full blocks that are computed may be held by several sequences whose tokens are the same up
 * to the end of the block; nobody writes to them any more.
 *
 * <p>Released blocks keep their content until they are given away: those without a reusable content
 * first, then the least recently released, of one sequence the last block first. So whoever comes
 * back, after a preemption or with the same beginning, finds the longest beginning that memory
 * allows.
 */
final class BlockManager {
  private final int blockSize;
  private final int total;
  private final boolean caching;
  private final int[] holders;
  private final FreeBlocks free;
  private final PrefixCache cache;
  private long evictions;
  private long reusedTokens;

  /**
   * @param caching whether contents are found again
   */
  BlockManager(int total, int blockSize, boolean caching) {
    this(total, blockSize, caching, (sequence, i) -> sequence.hashes(blockSize).of(sequence, i));
  }

  BlockManager(int total, int blockSize, boolean caching, PrefixCache.Hash hash) {
    this.blockSize = blockSize;
    this.total = total;
    this.caching = caching;
    holders = new int[total];
    free = new FreeBlocks(total);
    cache = new PrefixCache(total, blockSize, hash);
  }

  int total() {
    return total;
  }

  /** Blocks that sequences hold. */
  int used() {
    return total - free.size();
  }

  /** Blocks that no sequence holds, reusable contents or not. */
  int available() {
    return free.size();
  }

  /** Blocks with reusable contents, held or not. */
  int reusable() {
    return cache.size();
  }

  /** Reusable contents that had to give way so far. */
  long evictions() {
    return evictions;
  }

  /** Tokens so far whose blocks were found instead of computed. */
  long reusedTokens() {
    return reusedTokens;
  }

  /** Blocks that {@code tokens} tokens take. */
  int blocksFor(int tokens) {
    return (tokens + blockSize - 1) / blockSize;
  }

  /** Further blocks that the sequence needs to hold {@code tokens} tokens. */
  int missing(Sequence sequence, int tokens) {
    return Math.max(0, blocksFor(tokens) - sequence.blockCount());
  }

  boolean canAllocate(Sequence sequence, int tokens) {
    return missing(sequence, tokens) <= free.size();
  }

  /**
   * Gives the sequence room for {@code tokens} tokens and adds the blocks that changed hands to
   * {@code fresh}; their content is that of an earlier owner.
   *
   * @throws IllegalStateException if there are not enough free blocks
   */
  void allocate(Sequence sequence, int tokens, IntList fresh) {
    int missing = missing(sequence, tokens);
    if (missing > free.size()) {
      throw new IllegalStateException(
          sequence + " needs " + missing + " blocks, " + free.size() + " are free");
    }
    for (int i = 0; i < missing; i++) {
      int block = free.removeFirst();
      if (cache.of(block) != null) {
        evictions++;
        cache.remove(block);
      }
      holders[block] = 1;
      sequence.blocks().add(block);
      fresh.add(block);
    }
  }

  /** Blocks that would leave the free ones if the sequence, which has none, were let in. */
  int cost(Sequence sequence) {
    return blocksFor(sequence.length()) - countFound(sequence, block -> !free.contains(block));
  }

  /** Blocks that {@code holders} and the sequence, which has none, would hold together. */
  int heldTogether(Collection<Sequence> holders, Sequence sequence) {
    BitSet held = new BitSet(total);
    for (Sequence holder : holders) {
      for (int i = 0; i < holder.blockCount(); i++) {
        held.set(holder.block(i));
      }
    }
    int together = held.cardinality() + blocksFor(sequence.length());
    return together - countFound(sequence, held::get);
  }

  /** Of the computed blocks that begin like the sequence, those that the test is true of. */
  private int countFound(Sequence sequence, IntPredicate counts) {
    int count = 0;
    Entry entry = null;
    for (int i = 0; i < reusable(sequence); i++) {
      entry = cache.find(sequence, i, entry);
      if (entry == null) {
        break;
      }
      count += counts.test(entry.block()) ? 1 : 0;
    }
    return count;
  }

  /**
   * Lets the sequence, which has no blocks, hold the computed ones that begin like it. At least one
   * token is left to compute, for its logits.
   */
  void reuse(Sequence sequence) {
    Entry entry = found(sequence, 0);
    while (entry != null) {
      hold(entry.block());
      sequence.blocks().add(entry.block());
      reused(sequence);
      entry = found(sequence, sequence.shared());
    }
  }

  /**
   * The same for a sequence that has room for all its tokens: what another one has computed since
   * then takes the place of a block that was still to be computed.
   */
  void catchUp(Sequence sequence) {
    while (sequence.computed() == (long) sequence.shared() * blockSize) {
      Entry entry = found(sequence, sequence.shared());
      if (entry == null) {
        return;
      }
      exchange(sequence, sequence.shared(), entry.block());
      reused(sequence);
    }
  }

  /** The entry that holds block {@code index} of a sequence whose earlier ones are shared. */
  private Entry found(Sequence sequence, int index) {
    if (index >= reusable(sequence)) {
      return null;
    }
    Entry parent = index == 0 ? null : cache.of(sequence.block(index - 1));
    return index == 0 || parent != null ? cache.find(sequence, index, parent) : null;
  }

  /**
   * Whether the next block of the sequence is among those that {@code pending} has the hashes of.
   */
  boolean isPending(Sequence sequence, Collection<Long> pending) {
    int index = sequence.computed() / blockSize;
    return sequence.computed() % blockSize == 0
        && index < reusable(sequence)
        && pending.contains(cache.hash(sequence, index));
  }

  /** Adds the hashes of the full blocks in {@code length} tokens from the first uncomputed one. */
  void addPending(Sequence sequence, int length, Collection<Long> pending) {
    int end = Math.min((sequence.computed() + length) / blockSize, sequence.length() / blockSize);
    for (int index = sequence.computed() / blockSize; caching && index < end; index++) {
      pending.add(cache.hash(sequence, index));
    }
  }

  /** Makes the full blocks that the sequence has computed since the last call reusable. */
  void publish(Sequence sequence) {
    int end = caching ? sequence.computed() / blockSize : 0;
    while (sequence.shared() < end) {
      int index = sequence.shared();
      Entry parent = index == 0 ? null : cache.of(sequence.block(index - 1));
      boolean chained = index == 0 || parent != null;
      Entry entry = chained ? cache.find(sequence, index, parent) : null;
      if (entry != null) {
        exchange(sequence, index, entry.block());
      } else if (!chained || !cache.put(sequence, index, parent)) {
        sequence.share(Integer.MAX_VALUE);
        return;
      }
      sequence.share(index + 1);
    }
  }

  /** Takes all blocks back, the last one first. */
  void release(Sequence sequence) {
    while (!sequence.blocks().isEmpty()) {
      drop(sequence.blocks().removeLast());
    }
    sequence.forgetComputed();
  }

  /** Takes all blocks back, and lets nobody reuse what they hold. */
  void discard(Sequence sequence) {
    for (int i = 0; i < sequence.blockCount(); i++) {
      cache.remove(sequence.block(i));
    }
    release(sequence);
  }

  /** Lets nobody reuse what any block holds. */
  void forgetAll() {
    for (int block = 0; block < total; block++) {
      cache.remove(block);
    }
  }

  private void reused(Sequence sequence) {
    sequence.reuse(blockSize);
    sequence.share(sequence.shared() + 1);
    reusedTokens += blockSize;
  }

  private int reusable(Sequence sequence) {
    return caching ? (sequence.length() - 1) / blockSize : 0;
  }

  private void exchange(Sequence sequence, int index, int block) {
    hold(block);
    drop(sequence.blocks().set(index, block));
  }

  private void hold(int block) {
    if (holders[block]++ == 0) {
      free.remove(block);
    }
  }

  private void drop(int block) {
    if (--holders[block] > 0) {
      return;
    }
    if (cache.of(block) == null) {
      free.addFirst(block);
    } else {
      free.addLast(block);
    }
  }
}
