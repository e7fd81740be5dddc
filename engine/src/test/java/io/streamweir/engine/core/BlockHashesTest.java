package io.streamweir.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.dynatrace.hash4j.hashing.Hashing;
import io.streamweir.engine.Requests;
import io.streamweir.engine.SamplingParams;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BlockHashesTest {

  private static Sequence sequence(int... prompt) {
    var request = Requests.online("s", prompt, SamplingParams.greedy(1));
    return new Sequence(request, 0, 0, 100, new SpellingDecoder(List.of()));
  }

  private static long xxh3(long seed, int... tokens) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * tokens.length).order(ByteOrder.LITTLE_ENDIAN);
    IntStream.of(tokens).forEach(bytes::putInt);
    return Hashing.xxh3_64(seed).hashBytesToLong(bytes.array());
  }

  private static long chained(long seed, long before, long local) {
    ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(before).putLong(local);
    return Hashing.xxh3_64(seed).hashBytesToLong(bytes.array());
  }

  @Test
  void shouldChainTheLocalHashesOfTheTokens() {
    Sequence sequence = sequence(1, 2, 3, 4, 5, 6, 7);
    BlockHashes hashes = new BlockHashes("", 3);
    long first = xxh3(1337, 1, 2, 3);
    assertThat(hashes.of(sequence, 1)).isEqualTo(chained(1337, first, xxh3(1337, 4, 5, 6)));
    assertThat(hashes.of(sequence, 0)).isEqualTo(first);
  }

  @Test
  void shouldSeedWithTheHashOfTheSaltWhenThereIsOne() {
    Sequence sequence = sequence(1, 2, 3);
    long seed = Hashing.xxh3_64(1337).hashBytesToLong(new byte[] {'t', '1'});
    assertThat(new BlockHashes("t1", 3).of(sequence, 0)).isEqualTo(xxh3(seed, 1, 2, 3));
  }

  /** The published value for no bytes and no seed: the library's function is the standard one. */
  @Test
  void shouldBeTheStandardFunction() {
    assertThat(Hashing.xxh3_64().hashBytesToLong(new byte[0])).isEqualTo(0x2D06800538D394C2L);
  }
}
