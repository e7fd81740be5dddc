package io.streamweir.flink.ha;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.apache.flink.runtime.leaderelection.LeaderElectionDriver;
import org.apache.flink.runtime.leaderelection.LeaderInformation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for the lock, and leads from then on to the end of the process or of this driver. Nothing
 * revokes the leadership of a process that lives: whoever replaces one that hangs ends it first.
 */
final class FileLeaderElectionDriver implements LeaderElectionDriver {

  private static final Logger LOG = LoggerFactory.getLogger(FileLeaderElectionDriver.class);

  private final HaDirectory directory;
  private final Listener listener;
  private final FileChannel channel;
  private volatile boolean leads;

  /**
   * @throws IOException if the lock's file cannot be opened
   */
  FileLeaderElectionDriver(HaDirectory directory, Listener listener) throws IOException {
    this.directory = directory;
    this.listener = listener;
    Files.createDirectories(directory.root());
    this.channel =
        FileChannel.open(directory.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    var thread = new Thread(this::awaitLock, "leader-lock");
    thread.setDaemon(true);
    thread.start();
  }

  private void awaitLock() {
    try {
      channel.lock();
      leads = true;
      LOG.info("This process leads: it holds {}", directory.lock());
      listener.onGrantLeadership(UUID.randomUUID());
    } catch (ClosedChannelException e) {
      LOG.debug("Closed before it ever led", e);
    } catch (IOException | OverlappingFileLockException e) {
      listener.onError(new IOException("Cannot lock " + directory.lock(), e));
    }
  }

  @Override
  public boolean hasLeadership() {
    return leads;
  }

  @Override
  public void publishLeaderInformation(String component, LeaderInformation information) {
    if (information.isEmpty()) {
      deleteLeaderInformation(component);
      return;
    }
    try {
      DurableFile.write(directory.leader(component), LeaderFile.bytes(information));
    } catch (IOException e) {
      listener.onError(new IOException("Cannot publish the leader of " + component, e));
    }
  }

  @Override
  public void deleteLeaderInformation(String component) {
    try {
      Files.deleteIfExists(directory.leader(component));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot withdraw the leader of " + component, e);
    }
  }

  /** Gives the lock back. */
  @Override
  public void close() throws IOException {
    leads = false;
    channel.close();
  }

  @Override
  public String toString() {
    return "lock " + directory.lock();
  }
}
