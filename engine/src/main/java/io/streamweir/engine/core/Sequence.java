package io.streamweir.engine.core;

import io.streamweir.engine.EngineRequest;
import io.streamweir.engine.Lane;
import io.streamweir.engine.TenantShare;
import io.streamweir.engine.TokenMask;
import java.util.Comparator;

/**
 * One sequence in flight: its tokens (prompt, then completion), how many of them have their keys
 * and values in the cache, and the blocks that hold these. Belongs to the engine's thread.
 *
 * <p>Preemption is dropping the blocks and setting {@link #computed()} back to 0: everything needed
 * to go on is in the tokens. Leading full blocks may be held together with other sequences.
 */
public final class Sequence {

  /** The order in which they came. */
  static final Comparator<Sequence> ARRIVAL = Comparator.comparingLong(s -> s.arrival);

  /**
   * Who goes first: online before offline, then who is due first. A sequence is due when its first
   * token should be there, or at its deadline if that is earlier; each level of priority puts it
   * before what is due a minute earlier. As time goes by, whoever waits comes before whoever comes
   * later, whatever their priorities.
   */
  static final Comparator<Sequence> RANK =
      Comparator.comparing(Sequence::rankedLane)
          .thenComparingLong((Sequence s) -> s.dueMillis)
          .thenComparing(ARRIVAL);

  private static final long PRIORITY_MILLIS = 60_000;
  private static final long ONLINE_TTFT_MILLIS = 1_000;
  private static final long OFFLINE_TTFT_MILLIS = 60_000;

  private final EngineRequest request;
  private final long arrival;
  private final long arrivalMillis;
  private long dueMillis;
  private final int promptLength;
  private final int maxLength;
  private final TokenDecoder decoder;
  private final TokenMask mask;
  private final IntList tokens;
  private final IntList blocks = new IntList(8);
  private BlockHashes hashes;
  private int computed;
  private int shared;
  private int cached;
  private boolean began;
  private boolean promoted;

  /**
   * @param arrival unique; orders sequences that are due at the same time
   * @param arrivalMillis epoch milliseconds at which it came
   * @param maxLength prompt plus completion tokens at which it ends for its length
   */
  Sequence(
      EngineRequest request,
      long arrival,
      long arrivalMillis,
      int maxLength,
      TokenDecoder decoder) {
    this.request = request;
    this.arrival = arrival;
    this.arrivalMillis = arrivalMillis;
    dueMillis = due(request, arrivalMillis);
    this.maxLength = maxLength;
    this.decoder = decoder;
    promptLength = request.promptTokenIds().length;
    tokens = new IntList(promptLength + request.generatedTokenIds().length + 16);
    tokens.addAll(request.promptTokenIds());
    mask = request.mask() == null ? null : request.mask().create();
    for (int token : request.generatedTokenIds()) {
      append(token);
    }
  }

  private static long due(EngineRequest request, long arrivalMillis) {
    long ttft = request.slo().ttftMillis();
    if (ttft == 0) {
      ttft = request.lane() == Lane.ONLINE ? ONLINE_TTFT_MILLIS : OFFLINE_TTFT_MILLIS;
    }
    return Math.min(request.deadlineMillis(), arrivalMillis + ttft)
        - request.priority() * PRIORITY_MILLIS;
  }

  public String id() {
    return request.sequenceId();
  }

  /** Prompt plus completion tokens so far. */
  public int length() {
    return tokens.size();
  }

  public int token(int position) {
    return tokens.get(position);
  }

  /** Leading tokens whose keys and values are in the cache. */
  public int computed() {
    return computed;
  }

  public int blockCount() {
    return blocks.size();
  }

  /** The block that holds the tokens from {@code index} * block size on. */
  public int block(int index) {
    return blocks.get(index);
  }

  EngineRequest request() {
    return request;
  }

  Lane lane() {
    return request.lane();
  }

  long arrivalMillis() {
    return arrivalMillis;
  }

  /** The lane that it is served as. */
  Lane rankedLane() {
    return promoted ? Lane.ONLINE : request.lane();
  }

  boolean isPromoted() {
    return promoted;
  }

  TenantShare share() {
    return request.share();
  }

  /** Makes it the first of the online ones from now on; it must be in no ordered set meanwhile. */
  void promote() {
    promoted = true;
    dueMillis = Long.MIN_VALUE;
  }

  TokenDecoder decoder() {
    return decoder;
  }

  /** Null if every token may come. */
  TokenMask mask() {
    return mask;
  }

  int promptLength() {
    return promptLength;
  }

  IntList blocks() {
    return blocks;
  }

  /** Tokens to compute before the next one can be sampled. */
  int remaining() {
    return tokens.size() - computed;
  }

  /** Whether it lacks no more than one step of decoding adds: its last token, and forced ones. */
  boolean decodes() {
    boolean forced = computed >= promptLength && remaining() <= 1 + Continuation.MOST_FORCED;
    return remaining() == 1 || forced;
  }

  /** Completion tokens so far. */
  int generated() {
    return tokens.size() - promptLength;
  }

  boolean isFull() {
    return tokens.size() >= maxLength;
  }

  /** Adds a token that was sampled or had to follow; if its mask refuses it, nothing changes. */
  final void append(int token) {
    if (mask != null) {
      mask.accept(token);
    }
    tokens.add(token);
  }

  void advance(int count) {
    computed += count;
  }

  /** Finds further tokens computed. */
  void reuse(int count) {
    computed += count;
    if (!began) {
      cached += count;
    }
  }

  /** Its blocks are gone; what it finds computed from now on may be its own work. */
  void forgetComputed() {
    computed = 0;
    shared = 0;
    began = true;
  }

  /** Prompt tokens that were computed for others before it began. */
  int cachedPromptTokens() {
    return Math.min(cached, promptLength);
  }

  /** Leading blocks that others can hold, too; the largest number if no more will be. */
  int shared() {
    return shared;
  }

  void share(int leadingBlocks) {
    shared = leadingBlocks;
  }

  BlockHashes hashes(int blockSize) {
    if (hashes == null) {
      hashes = new BlockHashes(request.cacheSalt(), blockSize);
    }
    return hashes;
  }

  @Override
  public String toString() {
    return id() + "[" + lane() + " " + computed + "/" + tokens.size() + " tokens]";
  }
}
