package io.streamweir.text.grammar.regex;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * A partition of the 256 bytes: bytes of one class lead from an expression to the same derivative.
 * Starts as one class and is refined by the sets that the expression tells apart.
 */
final class ByteClasses {
  private final Set<ByteSet> applied = new HashSet<>();
  private final byte[] classOf = new byte[256];
  private int count = 1;

  void split(ByteSet set) {
    if (!applied.add(set)) {
      return;
    }
    int[] inside = new int[count];
    boolean[] outside = new boolean[count];
    for (int b = 0; b < 256; b++) {
      int old = classOf[b] & 0xff;
      if (set.contains(b)) {
        inside[old]++;
      } else {
        outside[old] = true;
      }
    }
    int[] moved = new int[inside.length];
    for (int old = 0; old < inside.length; old++) {
      moved[old] = inside[old] > 0 && outside[old] ? count++ : old;
    }
    for (int b = 0; b < 256; b++) {
      if (set.contains(b)) {
        classOf[b] = (byte) moved[classOf[b] & 0xff];
      }
    }
  }

  byte[] classOf() {
    return classOf;
  }

  /** One byte of each class. */
  int[] representatives() {
    int[] representatives = new int[count];
    Arrays.fill(representatives, -1);
    for (int b = 255; b >= 0; b--) {
      representatives[classOf[b] & 0xff] = b;
    }
    return representatives;
  }
}
