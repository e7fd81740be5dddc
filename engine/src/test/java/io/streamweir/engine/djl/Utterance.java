package io.streamweir.engine.djl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A line of the demo's {@code dev.csv}. */
record Utterance(String text, String intent) {

  /** All 810. */
  static List<Utterance> all(Path model) throws IOException {
    return Files.readAllLines(model.resolve("data/dev.csv")).stream()
        .skip(1)
        .map(Utterance::parse)
        .toList();
  }

  /** Only the first field may be quoted; none has quotes inside. */
  private static Utterance parse(String line) {
    boolean quoted = line.startsWith("\"");
    int end = quoted ? line.indexOf("\",", 1) + 1 : line.indexOf(',');
    String text = quoted ? line.substring(1, end - 1) : line.substring(0, end);
    return new Utterance(text, line.substring(end + 1).split(",")[0]);
  }
}
