package io.streamweir.flink.ha;

import java.nio.file.Path;
import java.util.concurrent.Executor;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.runtime.blob.BlobUtils;
import org.apache.flink.runtime.highavailability.FileSystemJobResultStore;
import org.apache.flink.runtime.highavailability.HighAvailabilityServices;
import org.apache.flink.runtime.highavailability.HighAvailabilityServicesFactory;

/**
 * What {@code high-availability.type} names. Needs {@code high-availability.storageDir} on a local
 * file system that JobManager and TaskManagers share, and a fixed {@code
 * high-availability.jobmanager.port}.
 */
public final class FileHaServicesFactory implements HighAvailabilityServicesFactory {

  /** Found by Flink by its name. */
  public FileHaServicesFactory() {}

  @Override
  public HighAvailabilityServices createHAServices(Configuration configuration, Executor executor)
      throws Exception {
    return new FileHaServices(
        configuration,
        new HaDirectory(directory(configuration)),
        executor,
        BlobUtils.createBlobStoreFromConfig(configuration),
        FileSystemJobResultStore.fromConfiguration(configuration, executor));
  }

  private static Path directory(Configuration configuration) {
    var option = HighAvailabilityOptions.HA_STORAGE_PATH;
    var value = configuration.get(option);
    if (value == null || !value.startsWith("file:")) {
      throw new IllegalConfigurationException(
          ("%s is %s, but must be a directory of this machine, for example file:///var/lib/flink-ha:"
                  + " the lock of a file decides which JobManager leads. Across machines use"
                  + " high-availability.type zookeeper or kubernetes.")
              .formatted(option.key(), value));
    }
    return Path.of(new org.apache.flink.core.fs.Path(value).toUri().getPath());
  }
}
