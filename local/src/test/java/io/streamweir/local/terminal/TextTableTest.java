package io.streamweir.local.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TextTableTest {

  @Test
  void shouldAlignColumnsAndLeaveNoBlanksAtTheEnd() {
    var table = new TextTable().row("name", "n", "x").row("a", 10, "").row("longer", 7, "yes");

    assertThat(table.lines()).containsExactly("name    n   x", "a       10", "longer  7   yes");
  }

  @Test
  void shouldRefuseARowOfAnotherWidth() {
    var table = new TextTable().row("a", "b");

    assertThatThrownBy(() -> table.row("a")).isInstanceOf(IllegalArgumentException.class);
  }
}
