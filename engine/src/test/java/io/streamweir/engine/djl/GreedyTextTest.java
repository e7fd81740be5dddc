package io.streamweir.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.EngineProvider;
import io.streamweir.engine.InferenceEngine;
import io.streamweir.engine.RecordingListener;
import io.streamweir.engine.Requests;
import io.streamweir.engine.SamplingParams;
import io.streamweir.engine.reference.RandomCheckpoint;
import io.streamweir.engine.reference.ReferenceModel;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From prompt tokens to text through the provider, against the reference. */
class GreedyTextTest {
  private static final int COUNT = 120;
  private static final SamplingParams GREEDY =
      new SamplingParams(COUNT, 0, 1, 0, 0, List.of(), Set.of(), true);

  @TempDir Path directory;

  private static int[] prompt(int seed) {
    return new Random(seed).ints(5 + 9 * seed, 0, RandomCheckpoint.VOCAB).toArray();
  }

  /** Tokens below 256 are bytes, the others have no text. */
  private static String text(int[] tokens) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int token : tokens) {
      if (token < 256) {
        bytes.write(token);
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private void assertSaysWhatTheReferenceSays(RandomCheckpoint checkpoint) {
    EngineConfig limits = EngineConfig.forCpu(directory, 1).withKvCache(8 << 20, 16);
    RecordingListener listener = new RecordingListener();
    try (InferenceEngine engine = EngineProvider.named("djl").load(limits)) {
      engine.start(listener);
      for (int i = 0; i < 8; i++) {
        engine.submit(Requests.online("s" + i, prompt(i), GREEDY));
      }
      for (int i = 0; i < 8; i++) {
        listener.awaitFinish("s" + i);
        int[] expected = ReferenceModel.greedy(checkpoint, prompt(i), COUNT);
        assertThat(listener.tokens("s" + i)).isEqualTo(expected);
        assertThat(listener.text("s" + i)).isEqualTo(text(expected));
      }
      for (int i = 2; i < 8; i++) {
        String id = "again" + i;
        engine.submit(Requests.online(id, prompt(i), GREEDY));
        assertThat(listener.awaitFinish(id).cachedPromptTokens()).isGreaterThanOrEqualTo(16);
        assertThat(listener.tokens(id)).isEqualTo(listener.tokens("s" + i));
        assertThat(listener.text(id)).isEqualTo(listener.text("s" + i));
      }
    }
    listener.assertClean();
  }

  @Test
  void shouldSayWhatTheReferenceSaysWhenTheCheckpointIsQwen2() {
    RandomCheckpoint checkpoint = RandomCheckpoint.qwen2(11);
    checkpoint.write(directory);
    assertSaysWhatTheReferenceSays(checkpoint);
  }

  @Test
  void shouldSayWhatTheReferenceSaysWhenTheCheckpointIsLlamaInShards() {
    RandomCheckpoint checkpoint = RandomCheckpoint.llama(12);
    checkpoint.writeSharded(directory, 3);
    assertSaysWhatTheReferenceSays(checkpoint);
  }

  @Test
  void shouldEndAtTheEndTokenOfTheModelWhenItSaysIt() {
    RandomCheckpoint checkpoint = RandomCheckpoint.llama(13);
    int[] whole = ReferenceModel.greedy(checkpoint, prompt(3), COUNT);
    int end = whole[20];
    int length = 0;
    while (whole[length] != end) {
      length++;
    }
    checkpoint.config().putArray("eos_token_id").add(262).add(end);
    checkpoint.write(directory);
    RecordingListener listener = new RecordingListener();
    EngineConfig limits = EngineConfig.forCpu(directory, 1).withKvCache(8 << 20, 16);
    try (InferenceEngine engine = EngineProvider.named("djl").load(limits)) {
      engine.start(listener);
      engine.submit(Requests.online("ends", prompt(3), SamplingParams.greedy(COUNT)));
      listener.awaitFinish("ends");
      assertThat(listener.tokens("ends")).hasSize(length + 1).endsWith(end);
    }
  }
}
