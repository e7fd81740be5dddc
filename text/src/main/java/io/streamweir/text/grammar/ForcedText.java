package io.streamweir.text.grammar;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.streamweir.text.grammar.automaton.Config;
import io.streamweir.text.grammar.vocabulary.TokenTrie;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * The text that has to come next, and the tokens of it that do not depend on what comes after.
 *
 * <p>A model that is fed other tokens for a text than its tokenizer makes of it gets worse, so the
 * last tokens are left to the model wherever a longer token could take their place.
 */
final class ForcedText {
  private static final int MAX_BYTES = 4_096;

  private final TokenTrie trie;
  private final byte[] bytes;
  private final boolean last;

  ForcedText(TokenAutomaton automaton, Config start) {
    this.trie = automaton.trie();
    ByteArrayOutputStream forced = new ByteArrayOutputStream();
    Config config = start;
    int only = automaton.onlyByte(config);
    while (only >= 0 && forced.size() < MAX_BYTES) {
      forced.write(only);
      config = automaton.step(config, (byte) only);
      only = automaton.onlyByte(config);
    }
    this.bytes = forced.toByteArray();
    this.last = config.isLast();
  }

  int[] tokens(TextEncoder encoder) {
    int whole = wholeCharacters();
    if (whole == 0) {
      return new int[0];
    }
    int[] tokens = encoder.encode(new String(bytes, 0, whole, UTF_8));
    int end = 0;
    int kept = 0;
    for (int token : tokens) {
      byte[] spelled = trie.bytes(token);
      if (spelled == null || !isNext(spelled, end) || !last && couldBeLonger(end)) {
        break;
      }
      end += spelled.length;
      kept++;
    }
    return Arrays.copyOf(tokens, kept);
  }

  /** Without the beginning of a character at the end. */
  private int wholeCharacters() {
    int end = bytes.length;
    while (end > 0 && (bytes[end - 1] & 0xc0) == 0x80) {
      end--;
    }
    if (end == 0 || bytes[end - 1] >= 0) {
      return bytes.length;
    }
    int lead = bytes[end - 1] & 0xff;
    int size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    return end - 1 + size == bytes.length ? bytes.length : end - 1;
  }

  private boolean isNext(byte[] token, int from) {
    int to = from + token.length;
    return to <= bytes.length && Arrays.equals(token, 0, token.length, bytes, from, to);
  }

  /** Whether a token that starts here could reach beyond what is forced. */
  private boolean couldBeLonger(int from) {
    int node = 0;
    for (int i = from; i < bytes.length; i++) {
      node = trie.child(node, bytes[i] & 0xff);
      if (node < 0) {
        return false;
      }
    }
    return trie.subtreeEnd(node) > node + 1;
  }
}
