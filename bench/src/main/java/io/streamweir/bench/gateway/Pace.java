package io.streamweir.bench.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * How a {@link PacedEngine} answers. The benchmark leaves it in the directory of the model; what
 * stands there when a sequence comes holds for that sequence to its end.
 *
 * @param tokensPerSecond of one sequence, the first token at once; 0 for all tokens at once
 * @param charactersPerToken at least 1
 */
record Pace(double tokensPerSecond, int charactersPerToken) {

  static final Pace AT_ONCE = new Pace(0, 5);

  private static final String FILE = "pace";

  Pace {
    if (!(tokensPerSecond >= 0 && Double.isFinite(tokensPerSecond)) || charactersPerToken < 1) {
      throw new IllegalArgumentException(
          "A pace of "
              + tokensPerSecond
              + " tokens/s with "
              + charactersPerToken
              + " characters each cannot be kept; give 0 or more tokens/s and at least 1 character");
    }
  }

  /** The pace that a directory says; {@link #AT_ONCE} if it says none. */
  static Pace read(Path directory) {
    var file = directory.resolve(FILE);
    try {
      if (!Files.exists(file)) {
        return AT_ONCE;
      }
      var words = Files.readString(file).strip().split(" ");
      return new Pace(Double.parseDouble(words[0]), Integer.parseInt(words[1]));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the pace of the engine from " + file, e);
    }
  }

  /** Replaces what stood there in one step. */
  void write(Path directory) {
    var file = directory.resolve(FILE);
    var next = directory.resolve(FILE + ".new");
    try {
      Files.writeString(next, tokensPerSecond + " " + charactersPerToken);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the pace of the engine to " + file, e);
    }
  }

  /** Tokens that a sequence should have after that time. */
  int due(long nanos) {
    return tokensPerSecond == 0
        ? Integer.MAX_VALUE
        : (int) Math.min(Integer.MAX_VALUE, 1 + nanos * tokensPerSecond / 1e9);
  }

  String text(int tokens) {
    return ("x".repeat(charactersPerToken - 1) + " ").repeat(tokens);
  }
}
