package io.streamweir.sinks.ledger;

import io.streamweir.schemas.UsageTotals;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;

/** What can be read of a ledger while it runs. Thread-safe; every method may block on a disk. */
public interface Books {

  /** Why it cannot be read; empty if it can. */
  String unready();

  /**
   * How far it is. Who asks before reading the accounts finds at least that much in them.
   *
   * @throws LedgerUnavailableException if the broker does not say
   */
  Standing standing();

  /**
   * Every account, in no order.
   *
   * @throws LedgerUnavailableException if this instance does not have them all now
   */
  void accounts(Consumer<UsageTotals> reader);

  /**
   * Every kind of refused record with its count since the beginning; a kind may come in parts.
   *
   * @throws LedgerUnavailableException if this instance does not have them all now
   */
  void violations(ObjLongConsumer<Violation> reader);
}
