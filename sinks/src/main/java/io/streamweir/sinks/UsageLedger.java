package io.streamweir.sinks;

import io.streamweir.sinks.ledger.Ledger;
import io.streamweir.sinks.ledger.LedgerSettings;
import java.util.concurrent.CountDownLatch;

/** Runs the usage ledger until it is told to stop. */
public final class UsageLedger {

  private UsageLedger() {}

  /**
   * @param arguments {@code --key value} pairs of {@link LedgerSettings}
   */
  public static void main(String[] arguments) throws InterruptedException {
    var stopped = new CountDownLatch(1);
    var ledger = Ledger.start(LedgerSettings.TABLE.parse(arguments), stopped::countDown);
    Runtime.getRuntime().addShutdownHook(new Thread(ledger::close, "ledger-shutdown"));
    stopped.await();
    System.exit(ledger.failed() ? 1 : 0);
  }
}
