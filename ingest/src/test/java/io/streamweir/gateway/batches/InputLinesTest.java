package io.streamweir.gateway.batches;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.gateway.files.LineCounter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InputLinesTest {

  @Test
  void shouldFindTheLinesWhereverTheChunksEnd() {
    var text = "one\n\nthree \u00e9\r\n   \nfive";
    for (var size = 1; size < 30; size++) {
      var lines = lines(text.getBytes(UTF_8), size, 100);

      assertThat(lines).extracting(InputLines.Line::number).containsExactly(1, 2, 3, 4, 5);
      assertThat(lines)
          .extracting(line -> new String(line.bytes(), UTF_8))
          .containsExactly("one", "", "three \u00e9\r", "   ", "five");
      assertThat(lines)
          .extracting(InputLines.Line::isBlank)
          .containsExactly(false, true, false, true, false);
    }
  }

  @Test
  void shouldKeepOnlyTheBeginningOfALineThatIsTooLong() {
    var lines = lines(("a".repeat(1000) + "\nshort\n").getBytes(UTF_8), 64, 10);

    assertThat(lines).hasSize(2);
    assertThat(lines.get(0).isTooLong()).isTrue();
    assertThat(lines.get(0).length()).isEqualTo(1000);
    assertThat(lines.get(0).bytes()).hasSize(10);
    assertThat(lines.get(1).isTooLong()).isFalse();
  }

  @Test
  void shouldPassOverAByteOrderMark() {
    var lines = lines("\ufeffone\ntwo".getBytes(UTF_8), 2, 100);

    assertThat(lines)
        .extracting(line -> new String(line.bytes(), UTF_8))
        .containsExactly("one", "two");
    assertThat(lines.get(0).isTooLong()).isFalse();
  }

  /** The total of a batch is counted at the upload; its lines are read later by other code. */
  @Test
  void shouldCountAsTheUploadCounts() {
    var random = new Random(7);
    for (var round = 0; round < 500; round++) {
      var bytes = new byte[random.nextInt(40)];
      for (var i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) " \t\r\n\nab\u00ff".charAt(random.nextInt(8));
      }
      var counter = new LineCounter();
      counter.take(bytes);

      var lines = lines(bytes, 1 + random.nextInt(10), 5);

      assertThat(counter.lines()).isEqualTo(lines.size());
      assertThat(counter.filled())
          .isEqualTo(lines.stream().filter(line -> !line.isBlank()).count());
    }
  }

  private static List<InputLines.Line> lines(byte[] text, int chunk, int longest) {
    var source =
        new InputLines.Source() {
          private int from;

          @Override
          public ByteBuffer next() {
            if (from >= text.length) {
              return null;
            }
            var length = Math.min(chunk, text.length - from);
            var bytes = ByteBuffer.wrap(text, from, length).slice();
            from += length;
            return bytes;
          }

          @Override
          public void close() {}
        };
    var lines = new ArrayList<InputLines.Line>();
    var input = new InputLines(source, longest);
    for (var line = input.next(); line != null; line = input.next()) {
      lines.add(line);
    }
    return lines;
  }
}
