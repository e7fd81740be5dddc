package io.streamweir.schemas.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.schemas.ChunkKind;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.TokenLogprob;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenSequenceTest {

  private static final int SEEDS = 3000;

  @Test
  void shouldYieldTheCompletionWhateverRestartsRepeatsAndOverlapsTheLogHolds() {
    for (var seed = 0; seed < SEEDS; seed++) {
      var random = new Random(seed);
      var completion = Completion.random(random);
      var log = new SimulatedLog(completion, random).write();

      var seen = read(new TokenSequence(), log);

      assertThat(seen.tokens).as("tokens, seed %d", seed).isEqualTo(completion.tokens());
      assertThat(seen.text.toString()).as("text, seed %d", seed).isEqualTo(completion.text());
      assertThat(seen.finishes).as("last chunks, seed %d", seed).isEqualTo(1);
    }
  }

  @Test
  void shouldNameWhatIsMissingWhenTheLogHasAGap() {
    for (var seed = 0; seed < SEEDS; seed++) {
      var random = new Random(seed);
      var completion = Completion.random(random);
      var log = new ArrayList<>(completion.chunks(1, 0, completion.tokens().size(), random));
      if (log.size() < 3) {
        continue;
      }
      var lost = log.remove(random.nextInt(log.size() - 1));
      if (lost.getTokenIds().isEmpty() && lost.getText().isEmpty()) {
        continue;
      }

      assertThatThrownBy(() -> read(new TokenSequence(), log))
          .as("seed %d", seed)
          .isInstanceOf(BrokenSequenceException.class)
          .hasMessageContaining("are missing")
          .hasMessageContaining(
              lost.getTokenIds().isEmpty()
                  ? "characters " + lost.getTextOffset() + " to "
                  : "tokens "
                      + lost.getFirstIndex()
                      + " to "
                      + (lost.getFirstIndex() + lost.getTokenIds().size() - 1));
    }
  }

  @Test
  void shouldStartOverWhenTheLogSaysReset() {
    var sequence = new TokenSequence();
    sequence.accept(chunk(1, 0, List.of(7, 8), "ab", 0).build());

    var reset = sequence.accept(chunk(2, 0, List.of(), "", 0).setKind(ChunkKind.RESET).build());
    var again = sequence.accept(chunk(2, 0, List.of(9), "c", 0).build());

    assertThat(reset).get().extracting(TokenChunk::getKind).isEqualTo(ChunkKind.RESET);
    assertThat(again).get().extracting(TokenChunk::getText).isEqualTo("c");
  }

  @Test
  void shouldIgnoreASupersededWriterWhenItWakesUpLate() {
    var sequence = new TokenSequence();
    sequence.accept(chunk(1, 0, List.of(7), "a", 0).build());
    sequence.accept(chunk(2, 1, List.of(), "", 1).setKind(ChunkKind.MARKER).build());

    assertThat(sequence.accept(chunk(1, 1, List.of(66), "x", 1).build())).isEmpty();
    assertThat(sequence.accept(chunk(2, 1, List.of(8), "b", 1).build())).isPresent();
  }

  @Test
  void shouldReturnNothingWhenTheStreamHasEnded() {
    var sequence = new TokenSequence();
    var last = chunk(1, 0, List.of(), "", 0).setFinishReason("error").build();

    assertThat(sequence.accept(last)).contains(last);
    assertThat(sequence.finished()).isTrue();
    assertThat(sequence.accept(last)).isEmpty();
  }

  @Test
  void shouldEndWhenTheLastChunkOfANewWriterLiesBelowWhatWasRead() {
    var sequence = new TokenSequence();
    sequence.accept(chunk(1, 0, List.of(7, 8, 9), "abc", 0).build());

    var last = sequence.accept(chunk(2, 1, List.of(), "", 1).setFinishReason("cancelled").build());

    assertThat(last).get().extracting(TokenChunk::getFinishReason).isEqualTo("cancelled");
    assertThat(last).get().extracting(TokenChunk::getFirstIndex).isEqualTo(3);
  }

  @Test
  void shouldCountCharactersAsCodePointsWhenTextIsTrimmed() {
    var sequence = new TokenSequence();
    sequence.accept(chunk(1, 0, List.of(1), "😀", 0).build());

    var trimmed = sequence.accept(chunk(2, 0, List.of(1, 2), "😀é", 0).build());

    assertThat(trimmed).get().extracting(TokenChunk::getText).isEqualTo("é");
  }

  @Test
  void shouldRefuseAnOverlapWhenTheWriterDoesNotSayWhereItsTextBegins() {
    var sequence = new TokenSequence();
    sequence.accept(chunk(1, 0, List.of(1), "a", -1).build());

    assertThat(sequence.accept(chunk(2, 0, List.of(1), "a", -1).build())).isEmpty();
    assertThatThrownBy(() -> sequence.accept(chunk(2, 0, List.of(1, 2), "ab", -1).build()))
        .isInstanceOf(BrokenSequenceException.class)
        .hasMessageContaining("repeats 1 tokens and has no text_offset");
  }

  private record Seen(List<Integer> tokens, StringBuilder text, int finishes) {}

  @Test
  void shouldCutLogprobsWhereTheTokensAreCut() {
    var sequence = new TokenSequence(1, 1, 0);
    var chunk =
        chunk(1, 0, List.of(7, 8), "ab", 0).setLogprobs(List.of(logprob(7), logprob(8))).build();

    assertThat(sequence.accept(chunk).orElseThrow().getLogprobs())
        .extracting(TokenLogprob::getTokenId)
        .containsExactly(8);
  }

  private static TokenLogprob logprob(int id) {
    return TokenLogprob.newBuilder().setTokenId(id).setLogprob(-1).build();
  }

  private static Seen read(TokenSequence sequence, List<TokenChunk> log) {
    var tokens = new ArrayList<Integer>();
    var text = new StringBuilder();
    var finishes = 0;
    for (var record : log) {
      var accepted = sequence.accept(record);
      if (accepted.isPresent()) {
        var chunk = accepted.get();
        assertThat(chunk.getFirstIndex()).isEqualTo(tokens.size());
        tokens.addAll(chunk.getTokenIds());
        text.append(chunk.getText());
        finishes += chunk.getFinishReason() == null ? 0 : 1;
      }
    }
    return new Seen(tokens, text, finishes);
  }

  static TokenChunk.Builder chunk(
      long incarnation, int first, List<Integer> tokens, String text, int offset) {
    return TokenChunk.newBuilder()
        .setRequestId("r")
        .setIncarnation(incarnation)
        .setFirstIndex(first)
        .setTokenIds(tokens)
        .setText(text)
        .setTextOffset(offset);
  }

  /**
   * @param releases text released by each token; may be empty where text is held back
   * @param tail text released after the last token
   */
  private record Completion(List<Integer> tokens, List<String> releases, String tail) {

    private static final String[] PIECES = {"", "a", "wo", "é", "😀", "漢字", " the"};

    static Completion random(Random random) {
      var tokens = new ArrayList<Integer>();
      var releases = new ArrayList<String>();
      for (var n = 1 + random.nextInt(30); n > 0; n--) {
        tokens.add(random.nextInt(1000));
        releases.add(PIECES[random.nextInt(PIECES.length)]);
      }
      return new Completion(tokens, releases, PIECES[random.nextInt(PIECES.length)]);
    }

    String text() {
      return String.join("", releases) + tail;
    }

    /** The chunks of a writer from one token to another, in random portions. */
    List<TokenChunk> chunks(long incarnation, int from, int to, Random random) {
      var chunks = new ArrayList<TokenChunk>();
      var index = from;
      while (index < to) {
        var end = Math.min(to, index + 1 + random.nextInt(4));
        chunks.add(
            chunk(
                    incarnation,
                    index,
                    tokens.subList(index, end),
                    String.join("", releases.subList(index, end)),
                    offset(index))
                .build());
        index = end;
      }
      if (to == tokens.size()) {
        chunks.add(
            chunk(incarnation, to, List.of(), tail, offset(to)).setFinishReason("stop").build());
      }
      return chunks;
    }

    private int offset(int index) {
      var before = String.join("", releases.subList(0, index));
      return before.codePointCount(0, before.length());
    }
  }

  /** Writers that fail and are replaced; zombies and repeated sends in between. */
  private record SimulatedLog(Completion completion, Random random) {

    List<TokenChunk> write() {
      var log = new ArrayList<TokenChunk>();
      var size = completion.tokens().size();
      var written = 0;
      var incarnations = 1 + random.nextInt(4);
      for (var incarnation = 1; incarnation <= incarnations; incarnation++) {
        var checkpoint = written == 0 ? 0 : random.nextInt(written + 1);
        var last = incarnation == incarnations;
        var end = last ? size : checkpoint + random.nextInt(size - checkpoint + 1);
        if (!last && end == size) {
          end--;
        }
        if (random.nextBoolean()) {
          log.add(chunk(incarnation, 0, List.of(), "", 0).setKind(ChunkKind.MARKER).build());
        }
        for (var chunk :
            completion.chunks(incarnation, checkpoint, Math.max(checkpoint, end), random)) {
          append(log, chunk, incarnation);
        }
        written = Math.max(written, end);
      }
      return log;
    }

    private void append(List<TokenChunk> log, TokenChunk chunk, long incarnation) {
      log.add(chunk);
      if (random.nextInt(5) == 0) {
        log.add(log.get(random.nextInt(log.size())));
      }
      if (incarnation > 1 && random.nextInt(5) == 0) {
        log.add(chunk(incarnation - 1, random.nextInt(50), List.of(-1), "zombie", 0).build());
      }
    }
  }
}
