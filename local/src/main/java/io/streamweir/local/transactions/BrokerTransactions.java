package io.streamweir.local.transactions;

import io.streamweir.client.ClientOptions;
import io.streamweir.local.terminal.WeirException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;

/** The open transactions of a cluster. Thread-safe. */
public final class BrokerTransactions implements AutoCloseable {

  /** What the jobs and the ledger name theirs. */
  public static final String PREFIX = "weir-";

  private static final Set<TransactionState> OPEN =
      Set.of(
          TransactionState.ONGOING,
          TransactionState.PREPARE_COMMIT,
          TransactionState.PREPARE_ABORT,
          TransactionState.PREPARE_EPOCH_FENCE);

  private static final Comparator<TopicPartition> BY_NAME =
      Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final Admin admin;
  private final InstantSource clock;

  public BrokerTransactions(ClientOptions options, InstantSource clock) {
    var properties = new HashMap<String, Object>(options.kafkaProperties());
    properties.put("bootstrap.servers", options.bootstrapServers());
    this.admin = Admin.create(properties);
    this.clock = clock;
  }

  /**
   * The open transactions, oldest first.
   *
   * @param prefix of their ids
   */
  public List<OpenTransaction> open(String prefix) {
    var listings =
        get(admin.listTransactions(new ListTransactionsOptions().filterStates(OPEN)).all());
    var ids =
        listings.stream()
            .map(TransactionListing::transactionalId)
            .filter(id -> id.startsWith(prefix))
            .toList();
    var described = admin.describeTransactions(ids);
    var open = new ArrayList<OpenTransaction>();
    for (var id : ids) {
      try {
        var description = get(described.description(id));
        if (OPEN.contains(description.state())) {
          open.add(transaction(id, description));
        }
      } catch (TransactionalIdNotFoundException e) {
        continue; // it ended in between, and its id is forgotten
      }
    }
    open.sort(Comparator.comparing(OpenTransaction::age).reversed());
    return open;
  }

  /**
   * Aborts the transaction of an id and fences its producer. What it wrote is gone for who reads
   * committed records; they read on behind it when this returns, or a moment later.
   */
  public void abort(String id) {
    get(admin.forceTerminateTransaction(id).result());
  }

  @Override
  public void close() {
    admin.close();
  }

  private OpenTransaction transaction(String id, TransactionDescription description) {
    var now = clock.millis();
    var started = description.transactionStartTimeMs().orElse(now);
    return new OpenTransaction(
        id,
        description.state(),
        description.producerId(),
        Duration.ofMillis(Math.max(0, now - started)),
        Duration.ofMillis(description.transactionTimeoutMs()),
        description.topicPartitions().stream().sorted(BY_NAME).toList());
  }

  private static <T> T get(KafkaFuture<T> future) {
    try {
      return future.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TransactionalIdNotFoundException gone) {
        throw gone;
      }
      throw new WeirException(
          "Kafka refuses: %s. See ./weir status".formatted(e.getCause().getMessage()), e);
    } catch (TimeoutException e) {
      throw new WeirException(
          "Kafka has not answered for %d s. See ./weir status".formatted(TIMEOUT.toSeconds()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeirException("Interrupted", e);
    }
  }
}
