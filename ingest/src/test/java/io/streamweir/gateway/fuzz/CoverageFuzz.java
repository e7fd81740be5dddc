package io.streamweir.gateway.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * All parsers for Jazzer, which looks for inputs that reach code which none has reached before. The
 * first byte of an input chooses the parser. Run by {@code src/test/sh/fuzz.sh}.
 */
public final class CoverageFuzz {

  private static final List<Target> TARGETS = Target.all();

  private CoverageFuzz() {}

  /** Called by Jazzer; whatever it throws is a finding. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    if (input.length > 0) {
      var target = TARGETS.get(Math.floorMod(input[0], TARGETS.size()));
      target.takes(Arrays.copyOfRange(input, 1, input.length));
    }
  }

  /**
   * Writes the good inputs, to begin with.
   *
   * @param args a directory
   */
  public static void main(String[] args) throws IOException {
    var directory = Files.createDirectories(Path.of(args[0]));
    for (var number = 0; number < TARGETS.size(); number++) {
      var good = TARGETS.get(number).good();
      for (var one = 0; one < good.size(); one++) {
        var input = new ByteArrayOutputStream();
        input.write(number);
        input.writeBytes(good.get(one).getBytes(UTF_8));
        Files.write(directory.resolve(number + "-" + one), input.toByteArray());
      }
    }
  }
}
