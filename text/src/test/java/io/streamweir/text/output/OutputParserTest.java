package io.streamweir.text.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.text.detokenize.StreamDetokenizer;
import io.streamweir.text.output.OutputEvent.Content;
import io.streamweir.text.output.OutputEvent.End;
import io.streamweir.text.output.OutputEvent.Reasoning;
import io.streamweir.text.output.OutputEvent.ToolCallArguments;
import io.streamweir.text.output.OutputEvent.ToolCallStart;
import io.streamweir.text.tokenizer.TinyTokenizers;
import io.streamweir.text.tokenizer.Vocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OutputParserTest {
  private static final OutputSyntax HERMES =
      new OutputSyntax(ToolCallSyntax.HERMES, ThinkingTags.THINK);

  private static Vocabulary bytes;

  @BeforeAll
  static void readVocabulary(@TempDir Path directory) throws IOException {
    bytes = Vocabulary.read(TinyTokenizers.byteLevel(directory));
  }

  static List<Sample> samples() {
    return Sample.all();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void shouldSayTheSameWhenTheAnswerComesWhole(Sample sample) {
    assertThat(Answers.read(sample)).isEqualTo(sample.expected());
  }

  @ParameterizedTest
  @MethodSource("samples")
  void shouldSayTheSameWhenTheAnswerIsSplitAnywhere(Sample sample) {
    String text = sample.text();
    for (int split = 0; split <= text.length(); split++) {
      List<String> pieces = List.of(text.substring(0, split), text.substring(split));
      assertThat(Answers.read(sample, pieces))
          .as("split at %d", split)
          .isEqualTo(sample.expected());
    }
    assertThat(Answers.read(sample, Answers.characters(text))).isEqualTo(sample.expected());
  }

  /** From token ids: here each is one byte, so characters and markers come in all their parts. */
  @ParameterizedTest
  @MethodSource("samples")
  void shouldSayTheSameWhenTheAnswerComesByteByByte(Sample sample) {
    StreamDetokenizer detokenizer =
        new StreamDetokenizer(bytes, List.of(), sample.format().markers());
    List<String> pieces = new ArrayList<>();
    for (byte b : sample.text().getBytes(UTF_8)) {
      pieces.add(detokenizer.append(b & 0xFF));
    }
    pieces.add(detokenizer.finish());
    assertThat(Answers.read(sample, pieces)).isEqualTo(sample.expected());
  }

  /** The basis of resuming: nothing but the text so far decides what has been said. */
  @ParameterizedTest
  @MethodSource("samples")
  void shouldGoOnWhereItWasWhenANewParserReadsTheTextSoFar(Sample sample) {
    OutputParser parser = sample.parser();
    List<OutputEvent> released = new ArrayList<>();
    for (int end = 0; end <= sample.text().length(); end++) {
      if (end > 0) {
        released.addAll(parser.feed(sample.text().substring(end - 1, end)));
      }
      OutputParser rebuilt = sample.parser();
      List<OutputEvent> again = rebuilt.feed(sample.text().substring(0, end));
      assertThat(Answers.said(again)).as("after %d", end).isEqualTo(Answers.said(released));
      assertThat(ids(again)).isEqualTo(ids(released));
      assertThat(rebuilt.thinking()).isEqualTo(parser.thinking());
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void shouldTakeEverythingForContentWhenNoToolIsOffered(Sample sample) {
    OutputParser parser = sample.format().parser(sample.prompt(), Tools.NONE, "r");
    List<OutputEvent> events = new ArrayList<>(parser.feed(sample.text()));
    events.addAll(parser.finish());
    assertThat(events).noneMatch(ToolCallStart.class::isInstance);
  }

  @Test
  void shouldPassDeltasAsTheyComeWhenACallIsWritten() {
    OutputParser parser = HERMES.parser("", Sample.TOOLS, "request-1");
    assertThat(parser.feed("<think>\n")).isEmpty();
    assertThat(parser.thinking()).isTrue();
    assertThat(parser.feed("Hm")).containsExactly(new Reasoning("Hm"));
    assertThat(parser.feed(".\n</th")).containsExactly(new Reasoning("."));
    assertThat(parser.feed("ink>")).isEmpty();
    assertThat(parser.thinking()).isFalse();
    assertThat(parser.feed("\n\nSo a ")).containsExactly(new Content("So a "));
    assertThat(parser.feed("<b>\n")).containsExactly(new Content("<b>"));
    assertThat(parser.feed("<tool")).isEmpty();
    assertThat(parser.feed("_call>\n{\"name\": \"f\", \"arguments\": ")).isEmpty();
    List<OutputEvent> start = parser.feed("{\"ci");
    assertThat(start).hasSize(2);
    assertThat(start.get(0)).isInstanceOf(ToolCallStart.class);
    assertThat(start.get(1)).isEqualTo(new ToolCallArguments(0, "{\"ci"));
    assertThat(parser.feed("ty\": \"")).containsExactly(new ToolCallArguments(0, "ty\": \""));
    assertThat(parser.feed("B\"}}\n</tool_")).containsExactly(new ToolCallArguments(0, "B\"}"));
    assertThat(parser.feed("call>")).isEmpty();
    assertThat(parser.finish()).containsExactly(new End(1, false));
  }

  @Test
  void shouldPassAStringArgumentAsItComesWhenItHasATag() {
    OutputSyntax coder = new OutputSyntax(ToolCallSyntax.QWEN3_CODER, ThinkingTags.NONE);
    OutputParser parser = coder.parser("", Sample.TOOLS, "request-1");
    parser.feed("<tool_call>\n<function=get_weather>\n<parameter=city>\n");
    assertThat(parser.feed("Zü")).containsExactly(new ToolCallArguments(0, "\"Zü"));
    assertThat(parser.feed("rich\n")).containsExactly(new ToolCallArguments(0, "rich"));
    assertThat(parser.feed("West")).containsExactly(new ToolCallArguments(0, "\\nWest"));
  }

  @Test
  void shouldNeverReleaseHalfACharacterWhenASurrogatePairIsSplit() {
    OutputParser parser = HERMES.parser("", Tools.NONE, "r");
    assertThat(parser.feed("a\uD83D")).containsExactly(new Content("a"));
    assertThat(parser.feed("\uDE00")).containsExactly(new Content("😀"));
  }

  @Test
  void shouldGiveTheSameIdsWhenTheSameAnswerIsReadAgain() {
    String call = "<tool_call>{\"name\": \"add\"}</tool_call>";
    List<String> first = ids(parse(HERMES, "request-1", call + call));
    assertThat(first).hasSize(2).doesNotHaveDuplicates().allMatch(id -> id.matches("call_\\w{24}"));
    assertThat(ids(parse(HERMES, "request-1", call + call))).isEqualTo(first);
    assertThat(ids(parse(HERMES, "request-2", call))).doesNotContainAnyElementsOf(first);
  }

  @Test
  void shouldMakeIdsOfNineCharactersWhenTheModelIsAMistral() {
    OutputSyntax format = new OutputSyntax(ToolCallSyntax.MISTRAL, ThinkingTags.NONE);
    assertThat(ids(parse(format, "r", "[TOOL_CALLS]f[ARGS]{}")))
        .singleElement()
        .asString()
        .matches("[0-9A-Za-z]{9}");
    assertThat(ids(parse(format, "r", "[TOOL_CALLS]f[CALL_ID]abc123DEF[ARGS]{}")))
        .containsExactly("abc123DEF");
  }

  @Test
  void shouldRefuseTextWhenItHasFinished() {
    OutputParser parser = HERMES.parser("", Tools.NONE, "r");
    parser.finish();
    assertThatThrownBy(() -> parser.feed("a")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(parser::finish).isInstanceOf(IllegalStateException.class);
  }

  private static List<OutputEvent> parse(OutputSyntax format, String requestId, String text) {
    return format.parser("", Sample.TOOLS, requestId).feed(text);
  }

  private static List<String> ids(List<OutputEvent> events) {
    return events.stream()
        .filter(ToolCallStart.class::isInstance)
        .map(event -> ((ToolCallStart) event).id())
        .toList();
  }
}
