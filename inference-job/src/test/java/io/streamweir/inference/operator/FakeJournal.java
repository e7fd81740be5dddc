package io.streamweir.inference.operator;

import io.streamweir.inference.journal.ReleasedFixtures;
import io.streamweir.inference.journal.TokenJournal;
import io.streamweir.inference.lanes.LaneRecord;
import io.streamweir.schemas.RequestKey;
import java.util.ArrayList;
import java.util.List;

/** Doubts what it is told to and notes what is claimed. */
final class FakeJournal implements JournalPort {

  boolean doubts;
  final List<TokenJournal.Claim> claims = new ArrayList<>();

  /** An answer: the tokens and their text, and how the stream ended, if it did. */
  static TokenJournal.Claimed released(String id, String finishReason, Integer... tokens) {
    return ReleasedFixtures.released(new RequestKey("t", id), finishReason, List.of(tokens));
  }

  static TokenJournal.Claimed lost(String id) {
    return ReleasedFixtures.lost(new RequestKey("t", id));
  }

  @Override
  public boolean inDoubt(RequestKey key, LaneRecord record) {
    return doubts;
  }

  @Override
  public void claim(List<TokenJournal.Claim> requests) {
    claims.addAll(requests);
  }
}
