package io.streamweir.engine.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.engine.Requests;
import io.streamweir.engine.SamplingParams;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BlockManagerTest {
  private final BlockManager blocks = new BlockManager(4, 16, true);
  private final IntList fresh = new IntList(4);

  private static Sequence sequence(String id) {
    var request = Requests.online(id, new int[] {1}, SamplingParams.greedy(1));
    return new Sequence(request, 0, 0, 100, new SpellingDecoder(List.of()));
  }

  @Test
  void shouldGiveOneBlockMoreWhenABlockIsFull() {
    Sequence sequence = sequence("a");
    blocks.allocate(sequence, 16, fresh);
    assertThat(sequence.blockCount()).isEqualTo(1);
    blocks.allocate(sequence, 16, fresh);
    assertThat(sequence.blockCount()).isEqualTo(1);
    blocks.allocate(sequence, 17, fresh);
    assertThat(sequence.blockCount()).isEqualTo(2);
    assertThat(fresh.toArray()).containsExactly(sequence.block(0), sequence.block(1));
  }

  @Test
  void shouldNeverGiveABlockTwiceWhenSequencesShareThePool() {
    Sequence a = sequence("a");
    Sequence b = sequence("b");
    blocks.allocate(a, 32, fresh);
    blocks.allocate(b, 32, fresh);
    Set<Integer> owned = new HashSet<>();
    for (int i = 0; i < 2; i++) {
      owned.add(a.block(i));
      owned.add(b.block(i));
    }
    assertThat(owned).containsExactlyInAnyOrder(0, 1, 2, 3);
    assertThat(blocks.available()).isZero();
  }

  @Test
  void shouldGiveNothingWhenItCannotGiveAll() {
    Sequence sequence = sequence("a");
    assertThat(blocks.canAllocate(sequence, 65)).isFalse();
    assertThatThrownBy(() -> blocks.allocate(sequence, 65, fresh))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("needs 5 blocks, 4 are free");
    assertThat(sequence.blockCount()).isZero();
    assertThat(blocks.used()).isZero();
  }

  @Test
  void shouldHaveAllBlocksBackWhenTheOwnerReleases() {
    Sequence sequence = sequence("a");
    blocks.allocate(sequence, 50, fresh);
    assertThat(blocks.used()).isEqualTo(4);
    blocks.release(sequence);
    assertThat(blocks.used()).isZero();
    assertThat(sequence.blockCount()).isZero();
  }
}
