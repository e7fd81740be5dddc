package io.streamweir.gateway.files;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Where files are, and what is known of them. Thread-safe. */
public interface FileService {

  FileStore files();

  /** The files that are known here. */
  FileTable fileTable();

  /**
   * @return completes when everything is known that was on the topics when this was called;
   *     exceptionally with a {@link io.streamweir.client.ClientException} if Kafka does not answer
   */
  CompletionStage<Void> upToDate();

  /** Looks again, when everything is known, for what is not known yet. */
  <T> CompletionStage<Optional<T>> find(Supplier<Optional<T>> look);
}
