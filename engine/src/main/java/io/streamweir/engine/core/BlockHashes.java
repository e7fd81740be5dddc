package io.streamweir.engine.core;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The hashes of the full blocks of one sequence, in the form that routers and KV stores exchange:
 * the local hash of a block is the XXH3-64 of its token ids (little-endian 32 bits each), the hash
 * of the first block is its local one, that of any other the XXH3-64 of the hash before it and its
 * own local one (little-endian 64 bits each). The seed is {@value #SEED}, or the XXH3-64 of the
 * salt with that seed.
 */
final class BlockHashes {
  static final long SEED = 1337;
  private static final Hasher64 COMMON = Hashing.xxh3_64(SEED);

  private final Hasher64 hasher;
  private final ByteBuffer block;
  private final int blockSize;
  private long[] chain = new long[8];
  private int size;

  /**
   * @param salt empty for the common one
   */
  BlockHashes(String salt, int blockSize) {
    this.blockSize = blockSize;
    hasher =
        salt.isEmpty()
            ? COMMON
            : Hashing.xxh3_64(COMMON.hashBytesToLong(salt.getBytes(StandardCharsets.UTF_8)));
    block = ByteBuffer.allocate(blockSize * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The hash of block {@code index} of the sequence, which has all of its tokens. */
  long of(Sequence sequence, int index) {
    while (size <= index) {
      extend(sequence);
    }
    return chain[index];
  }

  private void extend(Sequence sequence) {
    block.clear();
    for (int i = 0; i < blockSize; i++) {
      block.putInt(sequence.token(size * blockSize + i));
    }
    long local = hasher.hashBytesToLong(block.array());
    if (size == chain.length) {
      chain = Arrays.copyOf(chain, size * 2);
    }
    chain[size] = size == 0 ? local : hasher.hashLongLongToLong(chain[size - 1], local);
    size++;
  }
}
