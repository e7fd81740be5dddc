package io.streamweir.inference.operator;

import io.streamweir.engine.SequenceOutput;
import io.streamweir.schemas.ChunkKind;
import io.streamweir.schemas.TokenChunk;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gathers what one drain of the engine's steps adds to each request and sends it as one chunk a
 * request. A task that keeps up drains every step, so nothing waits; one that lags behind sends
 * fewer, longer chunks.
 */
final class ChunkEmitter {

  private static final class Draft {
    final int firstIndex;
    final List<Integer> tokenIds = new ArrayList<>();
    final StringBuilder text = new StringBuilder();
    long emittedAtMicros;
    Outcome outcome;

    Draft(int firstIndex) {
      this.firstIndex = firstIndex;
    }
  }

  private final ResponseWriter out;
  private final Map<InFlight, Draft> drafts = new LinkedHashMap<>();
  private long incarnation;

  ChunkEmitter(ResponseWriter out) {
    this.out = out;
  }

  /** Names this run of the writer in every chunk from now on. */
  void setIncarnation(long incarnation) {
    this.incarnation = incarnation;
  }

  void append(InFlight request, SequenceOutput output, long emittedAtMicros) {
    var draft = drafts.computeIfAbsent(request, r -> new Draft(output.firstIndex()));
    for (var token : output.tokenIds()) {
      draft.tokenIds.add(token);
    }
    draft.text.append(output.text());
    draft.emittedAtMicros = emittedAtMicros;
  }

  /** Makes the next chunk of the request its last. */
  void finish(InFlight request, Outcome outcome) {
    drafts.computeIfAbsent(request, r -> new Draft(r.tokenIds().size())).outcome = outcome;
  }

  void flush() {
    if (drafts.isEmpty()) {
      return;
    }
    drafts.forEach(
        (request, draft) -> {
          if (!draft.tokenIds.isEmpty() || draft.text.length() > 0 || draft.outcome != null) {
            out.chunk(request, chunk(request, draft));
          }
        });
    drafts.clear();
  }

  private TokenChunk chunk(InFlight request, Draft draft) {
    var textOffset = request.textCodePoints() - draft.text.codePointCount(0, draft.text.length());
    var chunk =
        TokenChunk.newBuilder()
            .setRequestId(request.key().requestId())
            .setTenant(request.key().tenant())
            .setKind(ChunkKind.TOKENS)
            .setIncarnation(incarnation)
            .setFirstIndex(draft.firstIndex)
            .setTokenIds(draft.tokenIds)
            .setText(draft.text.toString())
            .setTextOffset(textOffset)
            .setEngineSubmittedAtUs(request.submittedAtMicros())
            .setEngineEmittedAtUs(draft.emittedAtMicros);
    if (draft.outcome != null) {
      chunk
          .setFinishReason(draft.outcome.finishReason())
          .setError(draft.outcome.error())
          .setUsage(out.counts(request));
    }
    return chunk.build();
  }
}
