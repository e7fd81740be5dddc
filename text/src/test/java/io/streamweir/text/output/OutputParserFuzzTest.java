package io.streamweir.text.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.text.Fuzz;
import io.streamweir.text.output.OutputEvent.ToolCallStart;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers made of pieces of real ones and of garbage. Longer with {@link Fuzz}'s properties. */
class OutputParserFuzzTest {
  private static final int ANSWERS = 3_000;

  /** Around the lengths up to which line ends, white space and markup are held back. */
  private static final int[] RUNS = {4, 5, 15, 16, 17, 511, 512, 513};

  private static final String GARBAGE =
      "{}[]<>\"\\\\:,|/ \n\r\tnamearguments=`7-.e\u2581\uFF5Cé天\uD83D\uDE00\u0000";

  @Test
  void shouldLoseNothingWhenAnswersAreGarbage() {
    List<Sample> samples = Sample.all();
    List<String> parts = parts(samples);
    Fuzz fuzz = Fuzz.of("answers through parsers", ANSWERS);
    while (fuzz.goesOn()) {
      Random random = fuzz.random();
      Sample sample = samples.get(random.nextInt(samples.size()));
      check(fuzz.seed(), sample, answer(random, parts, sample.text()), random);
    }
  }

  /**
   * Text that is held back as long as possible must not be looked at again with each character:
   * that would take minutes.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\n",
        " ",
        "<",
        "<tool_call>",
        "<tool_call>{\"name\": \"",
        "<think>",
        "[TOOL_CALLS]",
        "[TOOL_CALLS][{",
        "<function=f>",
        "<tool_call>f\n<arg_key>",
        "<|channel|>a ",
        "{\"name\": \"add\", ",
        "<｜tool▁calls▁begin｜>",
      })
  @Timeout(60)
  void shouldTakeLinearTimeWhenTextIsHostile(String piece) {
    String text = piece.repeat(20_000 / piece.length());
    for (ToolCallSyntax syntax : ToolCallSyntax.values()) {
      OutputParser parser =
          new OutputSyntax(syntax, ThinkingTags.THINK).parser("", Sample.TOOLS, "request-1");
      text.chars().forEach(c -> parser.feed(String.valueOf((char) c)));
      assertThat(parser.finish()).isNotEmpty();
    }
  }

  private static void check(long seed, Sample sample, String text, Random random) {
    String what = "seed %d, %s: %s".formatted(seed, sample.name(), text);
    StringBuilder taken = new StringBuilder();
    StringBuilder markup = new StringBuilder();
    OutputParser parser =
        new OutputParser(
            sample.format().begin(sample.prompt(), Sample.TOOLS),
            new Emitter(
                index -> "id" + index,
                (piece, hidden) -> {
                  taken.append(piece);
                  markup.append(hidden ? piece : "");
                }));
    List<OutputEvent> events = new ArrayList<>();
    pieces(random, text).forEach(piece -> events.addAll(parser.feed(piece)));
    events.addAll(parser.finish());

    assertThat(taken.toString()).as(what).isEqualTo(text);
    if (events.stream().noneMatch(ToolCallStart.class::isInstance)) {
      assertThat(withoutThinkingAndHeaders(markup.toString())).as(what).isBlank();
    }
    Sample whole = new Sample(sample.name(), sample.format(), sample.prompt(), text, List.of());
    assertThat(Answers.said(events)).as(what).isEqualTo(Answers.read(whole));
  }

  /** What is in no event although nothing is called: tags of reasoning, headers of gpt-oss. */
  private static String withoutThinkingAndHeaders(String markup) {
    return markup
        .replaceAll("</?think>|\\[/?THINK]", "")
        .replaceAll("<\\|(end|call|return)\\|>", "")
        .replaceAll(
            "(<\\|start\\|>assistant)?\\s*<\\|channel\\|>[^<]*(<\\|constrain\\|>[^<]*)?"
                + "<\\|message\\|>",
            "");
  }

  /** Markers and other pieces of the samples, cut where words and brackets end. */
  private static List<String> parts(List<Sample> samples) {
    return samples.stream()
        .flatMap(sample -> List.of(sample.text().split("(?<=[>}\\]\"\\n])|(?=[<\\[{\"])")).stream())
        .distinct()
        .collect(Collectors.toList());
  }

  private static String answer(Random random, List<String> parts, String real) {
    StringBuilder text = new StringBuilder();
    if (random.nextBoolean()) {
      text.append(real, 0, boundary(real, random.nextInt(real.length() + 1)));
    }
    for (int i = random.nextInt(12); i > 0; i--) {
      switch (random.nextInt(4)) {
        case 0 -> text.append(garbage(random));
        case 1 -> text.append(real, boundary(real, random.nextInt(real.length())), real.length());
        default -> text.append(parts.get(random.nextInt(parts.size())));
      }
    }
    return text.toString();
  }

  private static String garbage(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(6); i >= 0; i--) {
      int at = boundary(GARBAGE, random.nextInt(GARBAGE.length()));
      String character = Character.toString(GARBAGE.codePointAt(at));
      text.append(character.repeat(random.nextInt(8) > 0 ? 1 : RUNS[random.nextInt(RUNS.length)]));
    }
    return text.toString();
  }

  private static int boundary(String text, int at) {
    boolean inPair = at > 0 && at < text.length() && Character.isLowSurrogate(text.charAt(at));
    return inPair ? at - 1 : at;
  }

  private static List<String> pieces(Random random, String text) {
    List<String> pieces = new ArrayList<>();
    int longest = 1 + random.nextInt(9);
    for (int start = 0; start < text.length(); ) {
      int end = Math.min(text.length(), start + 1 + random.nextInt(longest));
      pieces.add(text.substring(start, end));
      start = end;
    }
    return pieces;
  }
}
