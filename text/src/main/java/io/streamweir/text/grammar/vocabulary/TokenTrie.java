package io.streamweir.text.grammar.vocabulary;

import static java.util.Objects.requireNonNull;

import io.streamweir.text.grammar.regex.Regex;
import io.streamweir.text.tokenizer.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;

/**
 * The tokens of a vocabulary that have text, as a trie of their bytes in preorder: node 0 is the
 * root, the nodes below node {@code n} are those up to {@code subtreeEnd(n)}.
 *
 * <p>Built once per model (150,000 tokens: about 10 MB, some 100 ms). Thread-safe.
 */
public final class TokenTrie {
  private final byte[][] tokens;
  private final byte[] labels;
  private final short[] depths;
  private final int[] subtreeEnds;
  private final int[] tokenAt;
  private final int[] sameBytes;
  private final byte[] plainWithin;
  private final long[][] plainMasks;
  private final int maxDepth;
  private final ConcurrentMap<Regex, TerminalTokens> sharedTerminals = TerminalCache.forAll();

  /**
   * @param left out: ids that have text but never stand for it, such as those that end an answer
   * @param spelled control tokens that are taken in all the same
   */
  public TokenTrie(Vocabulary vocabulary, Set<Integer> leftOut, Set<Integer> spelled) {
    requireNonNull(vocabulary, "vocabulary is null");
    this.tokens = new byte[vocabulary.size()][];
    List<Integer> sorted = new ArrayList<>();
    for (int id = 0; id < tokens.length; id++) {
      byte[] bytes = vocabulary.bytes(id);
      boolean silent = vocabulary.special(id) && !spelled.contains(id);
      if (bytes.length > 0 && !silent && !leftOut.contains(id)) {
        tokens[id] = bytes;
        sorted.add(id);
      }
    }
    sorted.sort(Comparator.comparing((Integer id) -> tokens[id], Arrays::compareUnsigned));
    int nodes = 1;
    byte[] previous = {};
    for (int id : sorted) {
      nodes += tokens[id].length - common(previous, tokens[id]);
      previous = tokens[id];
    }
    this.labels = new byte[nodes];
    this.depths = new short[nodes];
    this.subtreeEnds = new int[nodes];
    this.tokenAt = new int[nodes];
    this.sameBytes = new int[tokens.length];
    this.plainWithin = new byte[nodes];
    this.plainMasks = new long[PlainText.LONG + 1][(tokens.length + 63) / 64];
    Arrays.fill(tokenAt, -1);
    Arrays.fill(sameBytes, -1);
    this.maxDepth = fill(sorted);
    markPlainTokens(sorted);
  }

  private static int common(byte[] a, byte[] b) {
    int mismatch = Arrays.mismatch(a, b);
    return mismatch < 0 ? a.length : mismatch;
  }

  /** Lays the nodes out; returns the length of the longest token. */
  private int fill(List<Integer> sorted) {
    int longest = sorted.stream().mapToInt(id -> tokens[id].length).max().orElse(0);
    int[] path = new int[longest + 1];
    int next = 1;
    byte[] previous = {};
    for (int id : sorted) {
      byte[] token = tokens[id];
      int shared = common(previous, token);
      for (int depth = previous.length; depth > shared; depth--) {
        subtreeEnds[path[depth]] = next;
      }
      for (int depth = shared + 1; depth <= token.length; depth++) {
        labels[next] = token[depth - 1];
        depths[next] = (short) depth;
        path[depth] = next++;
      }
      int node = path[token.length];
      sameBytes[id] = tokenAt[node];
      tokenAt[node] = id;
      previous = token;
    }
    for (int depth = previous.length; depth >= 0; depth--) {
      subtreeEnds[path[depth]] = next;
    }
    return longest;
  }

  private void markPlainTokens(List<Integer> sorted) {
    for (int id : sorted) {
      int length = PlainText.length(tokens[id]);
      for (int within = length; within <= PlainText.LONG; within++) {
        plainMasks[within][id >> 6] |= 1L << id;
      }
    }
    int[] path = new int[maxDepth + 1];
    for (int node = 1; node < labels.length; node++) {
      path[depths[node]] = node;
      if (tokenAt[node] >= 0) {
        byte length = (byte) PlainText.length(tokens[tokenAt[node]]);
        for (int depth = depths[node]; depth > 0 && plainWithin[path[depth]] < length; depth--) {
          plainWithin[path[depth]] = length;
        }
      }
    }
  }

  /** The number of nodes, the root included. */
  public int size() {
    return labels.length;
  }

  /** The last byte of a node, 0 to 255. */
  public int label(int node) {
    return labels[node] & 0xff;
  }

  /** The number of bytes of a node. */
  public int depth(int node) {
    return depths[node];
  }

  /** The first node that is not below the given one. */
  public int subtreeEnd(int node) {
    return subtreeEnds[node];
  }

  /** A token with exactly the bytes of the node; negative if there is none. */
  public int tokenAt(int node) {
    return tokenAt[node];
  }

  /** Another token with the same bytes; negative if there is none. */
  public int sameBytes(int token) {
    return sameBytes[token];
  }

  /** The length in bytes of the longest token. */
  public int maxDepth() {
    return maxDepth;
  }

  /**
   * The bytes of a token; null if it has no text. Not to be changed.
   *
   * @param token any number
   */
  public byte[] bytes(int token) {
    return token >= 0 && token < tokens.length ? tokens[token] : null;
  }

  /** The largest number of characters of plain text that are told apart. */
  public static int longestPlainRun() {
    return PlainText.LONG;
  }

  /**
   * Whether all tokens at and below a node are in {@link #plainTokens(int)} of that many
   * characters.
   */
  public boolean onlyPlainWithin(int node, int characters) {
    return plainWithin[node] <= characters;
  }

  /**
   * The plain tokens of at most so many characters, one bit per id; with {@link #longestPlainRun},
   * all of any length. Not to be changed.
   */
  public long[] plainTokens(int characters) {
    return plainMasks[characters];
  }

  /** What is known about the terminals of all constraints. */
  ConcurrentMap<Regex, TerminalTokens> sharedTerminals() {
    return sharedTerminals;
  }
}
