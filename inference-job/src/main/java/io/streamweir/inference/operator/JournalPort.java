package io.streamweir.inference.operator;

import io.streamweir.inference.journal.TokenJournal;
import io.streamweir.inference.lanes.LaneRecord;
import io.streamweir.schemas.RequestKey;
import java.util.List;

/** What a replica asks of the journal; {@link Replica#claimed} hears the answer to a claim. */
interface JournalPort {

  /** Whether a predecessor may have had the request of a record. */
  boolean inDoubt(RequestKey key, LaneRecord record);

  void claim(List<TokenJournal.Claim> requests);
}
