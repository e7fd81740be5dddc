package io.streamweir.flink.ha;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.runtime.highavailability.HighAvailabilityServices;
import org.apache.flink.runtime.leaderelection.LeaderContender;
import org.apache.flink.runtime.leaderretrieval.LeaderRetrievalListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileHaServicesTest {

  private static final int ENOUGH_SECONDS = 30;
  private static final String ADDRESS = "pekko.tcp://flink@127.0.0.1:6123/user/rpc/dispatcher_0";

  @TempDir Path directory;

  private record Leader(String address, UUID session) {}

  private static final class Watcher implements LeaderRetrievalListener {
    private final LinkedBlockingQueue<Leader> seen = new LinkedBlockingQueue<>();

    @Override
    public void notifyLeaderAddress(String address, UUID session) {
      seen.add(new Leader(address, session));
    }

    @Override
    public void handleError(Exception failure) {
      throw new AssertionError(failure);
    }

    Leader next() throws InterruptedException {
      return seen.poll(ENOUGH_SECONDS, TimeUnit.SECONDS);
    }
  }

  private static final class Contender implements LeaderContender {
    private final CompletableFuture<UUID> granted = new CompletableFuture<>();

    @Override
    public void grantLeadership(UUID session) {
      granted.complete(session);
    }

    @Override
    public void revokeLeadership() {}

    @Override
    public void handleError(Exception failure) {
      granted.completeExceptionally(failure);
    }

    UUID session() throws Exception {
      return granted.get(ENOUGH_SECONDS, TimeUnit.SECONDS);
    }
  }

  @Test
  void shouldTellEverybodyOfTheLeaderAndOfItsSuccessor() throws Exception {
    var watcher = new Watcher();
    try (var taskManager = services()) {
      var retriever = taskManager.getDispatcherLeaderRetriever();
      retriever.start(watcher);
      var first = leadUntilSeenBy(watcher);
      assertThat(watcher.next()).as("it gave up").isEqualTo(new Leader(null, null));

      var second = leadUntilSeenBy(watcher);

      assertThat(second).isNotEqualTo(first);
      retriever.stop();
    }
  }

  @Test
  void shouldLeadOnlyWhenTheLeaderIsDead() throws Exception {
    var leader = OtherLeader.start(directory);
    try (var services = services()) {
      var contender = new Contender();
      var election = services.getDispatcherLeaderElection();
      election.startLeaderElection(contender);
      assertThat(contender.granted).failsWithin(Duration.ofMillis(300));

      leader.kill();

      assertThat(contender.session()).isNotNull();
      election.close();
    } finally {
      leader.kill();
    }
  }

  @Test
  void shouldRefuseADirectoryThatIsNotOfThisMachine() {
    var configuration = new Configuration();
    configuration.set(HighAvailabilityOptions.HA_STORAGE_PATH, "hdfs:///flink");

    assertThatThrownBy(
            () -> new FileHaServicesFactory().createHAServices(configuration, Runnable::run))
        .isInstanceOf(IllegalConfigurationException.class)
        .hasMessageContaining("high-availability.storageDir")
        .hasMessageContaining("zookeeper");
  }

  private UUID leadUntilSeenBy(Watcher watcher) throws Exception {
    try (var services = services()) {
      var contender = new Contender();
      try (var election = services.getDispatcherLeaderElection()) {
        election.startLeaderElection(contender);
        var session = contender.session();
        election.confirmLeadershipAsync(session, ADDRESS).get(ENOUGH_SECONDS, TimeUnit.SECONDS);
        assertThat(watcher.next()).isEqualTo(new Leader(ADDRESS, session));
        return session;
      }
    }
  }

  private HighAvailabilityServices services() throws Exception {
    var configuration = new Configuration();
    configuration.set(HighAvailabilityOptions.HA_STORAGE_PATH, directory.toUri().toString());
    return new FileHaServicesFactory().createHAServices(configuration, Runnable::run);
  }
}
