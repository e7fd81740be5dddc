package io.streamweir.gateway.files;

import io.streamweir.client.internal.RecordKeys;
import io.streamweir.schemas.FileRecord;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.codec.UndecodableRecordException;
import io.streamweir.schemas.registry.SchemaRegistry;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files there are, as their topic tells. Thread-safe. */
public final class FileTable {

  private static final Logger LOG = LoggerFactory.getLogger(FileTable.class);
  private static final Comparator<FileRecord> OLDEST_FIRST =
      Comparator.comparingLong(FileRecord::getCreatedAtMs).thenComparing(FileRecord::getFileId);

  private final AvroCodec<FileRecord> codec;
  private final InstantSource clock;
  private final Map<RequestKey, FileRecord> files = new ConcurrentHashMap<>();

  public FileTable(SchemaRegistry registry, InstantSource clock) {
    this.codec = new AvroCodec<>(registry, Topics.FILES.subject(), FileRecord.class);
    this.clock = clock;
  }

  /** Takes the next record of the topic. */
  public void take(ConsumerRecord<byte[], byte[]> taken) {
    var key = RecordKeys.of(taken);
    if (key == null) {
      return;
    }
    try {
      var file = codec.decode(taken.value());
      if (file.getDeleted() || isOver(file)) {
        files.remove(key);
      } else {
        files.put(key, file);
      }
    } catch (UndecodableRecordException e) {
      LOG.warn("File record at offset {} is ignored: {}", taken.offset(), e.getMessage());
    }
  }

  /** A file that is neither deleted nor expired. */
  public Optional<FileRecord> find(RequestKey key) {
    return Optional.ofNullable(files.get(key)).filter(file -> !isOver(file));
  }

  /** The files of a tenant, oldest first. */
  List<FileRecord> of(String tenant) {
    files.values().removeIf(this::isOver);
    return files.values().stream()
        .filter(file -> file.getTenant().equals(tenant))
        .sorted(OLDEST_FIRST)
        .toList();
  }

  private boolean isOver(FileRecord file) {
    return file.getExpiresAtMs() <= clock.millis();
  }
}
