package io.streamweir.models.data;

import java.util.Random;

/** Slips of the keyboard, one at a time, in text without an entity. */
final class Typos {
  private static final String ROWS = "qwertyuiop asdfghjkl zxcvbnm";

  private final Random random;

  Typos(Random random) {
    this.random = random;
  }

  /** {@code text} with one letter swapped, lost, doubled or replaced by its neighbour. */
  String slip(String text) {
    if (text.length() < 4) {
      return text;
    }
    int at = 1 + random.nextInt(text.length() - 3);
    String before = text.substring(0, at);
    char hit = text.charAt(at);
    return switch (random.nextInt(4)) {
      case 0 -> before + text.charAt(at + 1) + hit + text.substring(at + 2);
      case 1 -> before + text.substring(at + 1);
      case 2 -> before + hit + text.substring(at);
      default -> before + neighbour(hit) + text.substring(at + 1);
    };
  }

  private static char neighbour(char letter) {
    int at = ROWS.indexOf(letter);
    return at <= 0 ? letter : ROWS.charAt(at - 1);
  }
}
