package io.streamweir.flink.ha;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.apache.flink.runtime.leaderelection.LeaderInformation;
import org.apache.flink.runtime.leaderretrieval.LeaderRetrievalEventHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileLeaderRetrievalDriverTest {

  private static final LeaderInformation LEADER =
      LeaderInformation.known(new UUID(1, 2), "pekko.tcp://flink@127.0.0.1:6123/user/rpc/x");

  private final List<LeaderInformation> told = new ArrayList<>();
  private final List<Throwable> fatal = new ArrayList<>();

  @TempDir Path directory;
  private Path file;
  private FileLeaderRetrievalDriver driver;

  /** The looks are those of the tests only: the thread that would look itself never comes to it. */
  @BeforeEach
  void open() throws Exception {
    file = directory.resolve("dispatcher");
    var watch = new ScheduledThreadPoolExecutor(1, task -> null);
    driver = new FileLeaderRetrievalDriver(file, new Handler(), fatal::add, watch);
    Files.writeString(file, "damaged");
  }

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void shouldGoOnWhenTheFileCanBeReadAgain() throws Exception {
    look(FileLeaderRetrievalDriver.HOPELESS - 1);
    Files.write(file, LeaderFile.bytes(LEADER));
    look(1);
    Files.writeString(file, "damaged");
    look(FileLeaderRetrievalDriver.HOPELESS - 1);

    assertThat(told).containsExactly(LEADER);
    assertThat(fatal).isEmpty();
  }

  @Test
  void shouldEndTheProcessOnceWhenTheFileStaysUnreadable() {
    look(FileLeaderRetrievalDriver.HOPELESS + 1);

    assertThat(fatal).singleElement().asString().contains("Cannot tell who leads", "dispatcher");
  }

  private void look(int times) {
    for (int i = 0; i < times; i++) {
      driver.look();
    }
  }

  private final class Handler implements LeaderRetrievalEventHandler {
    @Override
    public void notifyLeaderAddress(LeaderInformation leader) {
      told.add(leader);
    }
  }
}
