package io.streamweir.models.tokenizer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Text to token ids and back. Ids: the 256 bytes, then one per merge in the order learned, then the
 * special tokens. Thread-safe.
 */
public final class BpeTokenizer {
  private final List<Merge> merges;
  private final List<String> specials;
  private final Map<Merge, Integer> ranks = new HashMap<>();
  private final Map<String, Integer> vocabulary = new LinkedHashMap<>();
  private final List<String> tokens = new ArrayList<>();
  private final Pattern specialPattern;
  private final Map<String, List<Integer>> cache = new ConcurrentHashMap<>();

  public BpeTokenizer(List<Merge> merges, List<String> specials) {
    this.merges = List.copyOf(merges);
    this.specials = List.copyOf(specials);
    ByteLevel.alphabet().forEach(this::addToken);
    for (Merge merge : merges) {
      ranks.put(merge, ranks.size());
      addToken(merge.joined());
    }
    specials.forEach(this::addToken);
    this.specialPattern =
        Pattern.compile(specials.stream().map(Pattern::quote).collect(Collectors.joining("|")));
  }

  private void addToken(String token) {
    if (vocabulary.putIfAbsent(token, tokens.size()) == null) {
      tokens.add(token);
    }
  }

  public List<Merge> merges() {
    return merges;
  }

  public List<String> specials() {
    return specials;
  }

  /** Token text, in the byte-level alphabet, to id; in ascending order of ids. */
  public Map<String, Integer> vocabulary() {
    return Collections.unmodifiableMap(vocabulary);
  }

  public int size() {
    return tokens.size();
  }

  /**
   * The id of a token, special or not.
   *
   * @throws IllegalArgumentException if the vocabulary has no such token
   */
  public int id(String token) {
    Integer id = vocabulary.get(token);
    if (id == null) {
      throw new IllegalArgumentException(
          "no token '" + token + "' in the vocabulary of " + size() + " tokens");
    }
    return id;
  }

  /** Token ids of {@code text}; the text of a special token becomes that token. */
  public List<Integer> encode(String text) {
    List<Integer> ids = new ArrayList<>();
    Matcher special = specialPattern.matcher(text);
    int from = 0;
    while (special.find()) {
      encodeOrdinary(text.substring(from, special.start()), ids);
      ids.add(id(special.group()));
      from = special.end();
    }
    encodeOrdinary(text.substring(from), ids);
    return ids;
  }

  private void encodeOrdinary(String text, List<Integer> ids) {
    for (String piece : PreTokenizer.split(text)) {
      ids.addAll(cache.computeIfAbsent(piece, this::encodePiece));
    }
  }

  private List<Integer> encodePiece(String piece) {
    SymbolList symbols = new SymbolList(piece);
    while (true) {
      Merge first = null;
      int firstRank = Integer.MAX_VALUE;
      for (Merge pair : symbols.neighbours()) {
        int rank = ranks.getOrDefault(pair, Integer.MAX_VALUE);
        if (rank < firstRank) {
          first = pair;
          firstRank = rank;
        }
      }
      if (first == null) {
        return symbols.symbols().stream().map(this::id).toList();
      }
      symbols.apply(first);
    }
  }

  /** The text of {@code ids}; special tokens are left out. */
  public String decode(List<Integer> ids) {
    StringBuilder encoded = new StringBuilder();
    for (int id : ids) {
      String token = tokens.get(id);
      if (!specials.contains(token)) {
        encoded.append(token);
      }
    }
    return ByteLevel.decode(encoded.toString());
  }
}
