package io.streamweir.inference.journal;

import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.TokenChunk;
import java.util.List;
import java.util.stream.Collectors;

/** Answers to claims, as the journal would give them. */
public final class ReleasedFixtures {

  private ReleasedFixtures() {}

  public static TokenJournal.Claimed released(
      RequestKey key, String finishReason, List<Integer> tokens) {
    var released = new Released(0, 0, 0);
    released.accept(
        TokenChunk.newBuilder()
            .setRequestId(key.requestId())
            .setTenant(key.tenant())
            .setTokenIds(tokens)
            .setText(tokens.stream().map(token -> token + " ").collect(Collectors.joining()))
            .setTextOffset(0)
            .setFinishReason(finishReason)
            .build());
    return new TokenJournal.Claimed(key, released);
  }

  public static TokenJournal.Claimed lost(RequestKey key) {
    var released = new Released(0, 0, 0);
    released.loseTail();
    return new TokenJournal.Claimed(key, released);
  }
}
