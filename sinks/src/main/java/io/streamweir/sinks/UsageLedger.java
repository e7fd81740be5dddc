package io.streamweir.sinks;

import io.streamweir.config.Config;
import io.streamweir.config.ConfigException;
import io.streamweir.sinks.ledger.Ledger;
import io.streamweir.sinks.ledger.LedgerSettings;
import io.streamweir.sinks.query.ListenException;
import io.streamweir.sinks.query.UsageServer;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;

/** Runs the usage ledger, and answers queries, until it is told to stop. */
public final class UsageLedger {

  private static final int USAGE_ERROR = 2;

  private UsageLedger() {}

  /**
   * @param arguments {@code --key value} pairs of {@link LedgerSettings}
   */
  public static void main(String[] arguments) throws InterruptedException {
    try {
      var config = LedgerSettings.TABLE.parse(arguments);
      var stopped = new CountDownLatch(1);
      var clock = InstantSource.system();
      var ledger = Ledger.start(config, clock, stopped::countDown);
      var server = serve(config, ledger, clock);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    server.close();
                    ledger.close();
                  },
                  "ledger-shutdown"));
      stopped.await();
      System.exit(ledger.failed() ? 1 : 0);
    } catch (ConfigException | ListenException e) {
      System.err.println(e.getMessage());
      System.exit(USAGE_ERROR);
    }
  }

  /** A ledger that nobody can ask leaves its group, so that another one takes its partitions. */
  private static UsageServer serve(Config config, Ledger ledger, InstantSource clock) {
    try {
      return UsageServer.start(config, ledger, clock);
    } catch (ListenException e) {
      ledger.close();
      throw e;
    }
  }
}
