package io.streamweir.gateway.batches;

import io.streamweir.client.ClientOptions;
import io.streamweir.client.internal.RecordSender;
import io.streamweir.gateway.files.FileService;
import io.streamweir.gateway.files.FileStore;
import io.streamweir.gateway.files.FileTable;
import io.streamweir.schemas.BatchRecord;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.Topics;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Files and batches of one gateway: what there is, what comes new, and the work on it. */
public final class BatchService implements FileService, AutoCloseable {

  private final BatchOptions settings;
  private final FileStore files;
  private final BatchBooks books;
  private final BatchRunner runner;
  private final RecordSender sender;

  private BatchService(ClientOptions options, BatchOptions settings, HeldTenants held) {
    this.settings = settings;
    this.files = FileStore.open(options);
    this.books = new BatchBooks(options, settings.clock());
    this.runner = new BatchRunner(options, settings, books, files, held);
    this.sender = new RecordSender(options.withClientId(options.clientId() + "-batch-orders"));
  }

  /**
   * Starts to read what there is; does not block.
   *
   * @param held whose lines the router lets wait for their quota
   */
  public static BatchService open(ClientOptions options, BatchOptions settings, HeldTenants held) {
    var service = new BatchService(options, settings, held);
    service.books.start();
    return service;
  }

  /** Takes part in running the batches from now on, if it is to; does not block. */
  public void run() {
    if (settings.runs()) {
      runner.start();
    }
  }

  @Override
  public FileStore files() {
    return files;
  }

  @Override
  public FileTable fileTable() {
    return books.files();
  }

  @Override
  public CompletionStage<Void> upToDate() {
    return books.upToDate();
  }

  @Override
  public <T> CompletionStage<Optional<T>> find(Supplier<Optional<T>> look) {
    return books.find(look);
  }

  BatchOptions settings() {
    return settings;
  }

  Optional<BatchRecord> batch(RequestKey key) {
    return books.batches().find(key);
  }

  Optional<Long> cancelled(RequestKey key) {
    return books.batches().cancelled(key);
  }

  /** The batches of a tenant, oldest first. */
  List<BatchRecord> batches(String tenant) {
    return books.batches().of(tenant);
  }

  /**
   * Orders a batch.
   *
   * @return completes when Kafka has it; exceptionally with a {@link
   *     io.streamweir.client.ClientException}
   */
  CompletionStage<Void> order(BatchRecord batch) {
    return sender
        .send(Topics.BATCHES.name(), BatchTable.keyOf(batch), books.batches().encode(batch))
        .thenCompose(metadata -> books.upToDate());
  }

  @Override
  public void close() {
    runner.close();
    books.close();
    sender.close();
    files.close();
  }
}
