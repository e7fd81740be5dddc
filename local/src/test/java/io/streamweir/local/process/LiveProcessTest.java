package io.streamweir.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LiveProcessTest {

  /** From the third field of proc_pid_stat(5) on; the 20th is the number of threads. */
  private static final String STAT =
      "%s 1 77 77 0 -1 4228108 0 0 0 0 10 5 0 0 20 0 %d 0 4711 0 0 18446744073709551615";

  @Test
  void shouldTakeAZombieForDeadWhenItsLastThreadHasEnded() {
    assertThat(LiveProcess.isZombie(STAT.formatted("Z", 1))).isTrue();
    assertThat(LiveProcess.isZombie(STAT.formatted("Z", 12))).isFalse();
    assertThat(LiveProcess.isZombie(STAT.formatted("S", 1))).isFalse();
    assertThat(LiveProcess.isZombie("")).isFalse();
  }
}
