package io.streamweir.client.register;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.client.RegisterFullException;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.StreamEntry;
import io.streamweir.schemas.Topics;
import io.streamweir.support.Await;
import io.streamweir.support.Cluster;
import io.streamweir.support.LogWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Cluster.Extension.class)
class StreamRegisterITCase {

  private static final int LIMIT = 1000;

  private final Cluster cluster;
  private final RequestKey key = new RequestKey("shop", UUID.randomUUID().toString());

  StreamRegisterITCase(Cluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void shouldLetExactlyOneBeFirstWhenManyClaimTheSameKey() throws Exception {
    try (var one = StreamRegister.open(cluster.options(), LIMIT);
        var other = StreamRegister.open(cluster.options(), LIMIT)) {
      var claims = new ArrayList<CompletionStage<Claim>>();
      for (var offset = 0; offset < 20; offset++) {
        claims.add((offset % 2 == 0 ? one : other).claim(entry(offset)));
      }

      var firsts = 0;
      var winner = get(claims.get(0)).entry();
      for (var claim : claims) {
        firsts += get(claim).mine() ? 1 : 0;
        assertThat(get(claim).entry()).isEqualTo(winner);
      }
      assertThat(firsts).isEqualTo(1);
    }
  }

  @Test
  void shouldFindWhatWasEnteredBeforeItOpened() throws Exception {
    try (var register = StreamRegister.open(cluster.options(), LIMIT)) {
      get(register.claim(entry(42)));
    }

    try (var later = StreamRegister.open(cluster.options(), LIMIT)) {
      get(later.loaded());

      assertThat(later.find(key)).map(StreamEntry::getOffset).contains(42L);
      assertThat(later.find(new RequestKey("other", key.requestId()))).isEmpty();
      assertThat(get(later.claim(entry(43)))).isEqualTo(new Claim(entry(42), false));
    }
  }

  @Test
  void shouldRefuseANewKeyAndKeepTheOldWhenItIsFull() throws Exception {
    try (var register = StreamRegister.open(cluster.options(), LIMIT)) {
      get(register.claim(entry(42)));
    }
    try (var full = StreamRegister.open(cluster.options(), 1)) {
      get(full.loaded());
      var other = entry(1);
      other.setRequestId(key.requestId() + "-other");

      assertThatThrownBy(() -> get(full.claim(other)))
          .hasCauseInstanceOf(RegisterFullException.class)
          .hasMessageContaining("streams.limit");

      assertThat(get(full.claim(entry(43)))).isEqualTo(new Claim(entry(42), false));
    }
  }

  @Test
  void shouldForgetWhatIsOlderThanTheTokens() throws Exception {
    var tomorrow = Instant.now().plus(Topics.STREAMS.retention()).plus(Duration.ofMinutes(1));
    try (var register = StreamRegister.open(cluster.options(), LIMIT, () -> tomorrow)) {
      get(register.claim(entry(1)));

      assertThat(register.find(key)).isEmpty();
    }
  }

  @Test
  void shouldGoOnWhenAnEntryIsNoEntry() throws Exception {
    try (var log = new LogWriter(cluster.options());
        var register = StreamRegister.open(cluster.options(), LIMIT)) {
      log.raw(Topics.STREAMS.name(), 0, key.bytes(), new byte[] {1, 2, 3});
      log.raw(Topics.STREAMS.name(), 0, null, null);
      log.flush();

      assertThat(get(register.claim(entry(7))).mine()).isTrue();
    }
  }

  private StreamEntry entry(long offset) {
    return StreamEntry.newBuilder()
        .setTenant(key.tenant())
        .setRequestId(key.requestId())
        .setPartition(0)
        .setOffset(offset)
        .build();
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return Await.result(stage);
  }
}
