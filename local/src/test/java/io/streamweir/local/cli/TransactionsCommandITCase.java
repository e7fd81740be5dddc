package io.streamweir.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.client.ClientOptions;
import io.streamweir.kafka.EmbeddedKafka;
import io.streamweir.kafka.EmbeddedKafkaOptions;
import io.streamweir.local.terminal.Terminal;
import io.streamweir.local.terminal.WeirException;
import io.streamweir.local.transactions.BrokerTransactions;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransactionsCommandITCase {

  private static final TopicPartition PARTITION = new TopicPartition("t", 0);
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir Path directory;
  private final List<Producer<String, String>> producers = new ArrayList<>();
  private EmbeddedKafka broker;
  private BrokerTransactions transactions;

  @BeforeEach
  void startBroker() {
    broker = EmbeddedKafka.start(EmbeddedKafkaOptions.onFreePorts(directory));
    broker.createTopics(List.of(new NewTopic("t", 1, (short) 1)));
    transactions = transactions(InstantSource.system());
  }

  @AfterEach
  void stopBroker() {
    producers.forEach(producer -> producer.close(Duration.ZERO));
    transactions.close();
    broker.close();
  }

  @Test
  void shouldShowATransactionThatHangsAndFreeReadersWhenItIsAborted() throws Exception {
    var hanging = begin("weir-inference-d");
    hanging.send(new ProducerRecord<>("t", "k", "hidden")).get();
    plain().send(new ProducerRecord<>("t", "k", "behind")).get();
    assertThat(committed(Duration.ofMillis(500))).isEmpty();

    assertThat(run(List.of(), null, false))
        .contains("weir-inference-d", "Ongoing", PARTITION.toString())
        .doesNotContain("aborted");
    assertThat(run(List.of("weir-inference-d"), null, false)).contains("is aborted");

    assertThat(committed(Duration.ofMinutes(2))).containsExactly("behind");
    assertThatThrownBy(hanging::commitTransaction).isInstanceOf(KafkaException.class);
    awaitNoneOpen(); // readers may be ahead of the coordinator's last word
    assertThat(run(List.of(), null, false)).contains("No open transaction");
  }

  @Test
  void shouldLeaveTheTransactionsOfOthersAloneUnlessTold() throws Exception {
    begin("shop-backend").send(new ProducerRecord<>("t", "k", "hidden")).get();

    assertThat(run(List.of(), Duration.ZERO, false)).contains("No open transaction");
    assertThatThrownBy(() -> run(List.of("shop-backend"), null, false))
        .isInstanceOf(WeirException.class)
        .hasMessageContaining("--all");
    assertThat(transactions.open("")).hasSize(1);

    assertThat(run(List.of("shop-backend"), null, true)).contains("shop-backend is aborted");
  }

  @Test
  void shouldAbortOnlyWhatIsOlder() throws Exception {
    begin("weir-router").send(new ProducerRecord<>("t", "k", "v")).get();

    assertThat(run(List.of(), HOUR, false)).contains("weir-router").doesNotContain("aborted");
    assertThat(transactions.open("weir-")).hasSize(1);

    try (var later = transactions(InstantSource.fixed(Instant.now().plus(HOUR).plus(HOUR)))) {
      assertThat(run(later, List.of(), HOUR, false)).contains("weir-router is aborted");
    }
  }

  private void awaitNoneOpen() {
    var deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (!transactions.open("").isEmpty()) {
      assertThat(System.nanoTime()).as("%s", transactions.open("")).isLessThan(deadline);
    }
  }

  private String run(List<String> abort, Duration olderThan, boolean all) {
    return run(transactions, abort, olderThan, all);
  }

  private static String run(
      BrokerTransactions transactions, List<String> abort, Duration olderThan, boolean all) {
    var printed = new ByteArrayOutputStream();
    var terminal = new Terminal(new PrintStream(printed, true, StandardCharsets.UTF_8), false);
    assertThat(TransactionsCommand.run(transactions, abort, olderThan, all, terminal)).isZero();
    return printed.toString(StandardCharsets.UTF_8);
  }

  private BrokerTransactions transactions(InstantSource clock) {
    return new BrokerTransactions(
        ClientOptions.of(broker.bootstrapServers(), "memory:transactions"), clock);
  }

  /** A producer with an open transaction that nobody ends. */
  private Producer<String, String> begin(String id) {
    var producer = producer(Map.of("transactional.id", id));
    producer.initTransactions();
    producer.beginTransaction();
    return producer;
  }

  private Producer<String, String> plain() {
    return producer(Map.of());
  }

  private Producer<String, String> producer(Map<String, Object> more) {
    var properties = new HashMap<String, Object>(more);
    properties.put("bootstrap.servers", broker.bootstrapServers());
    var producer = new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
    producers.add(producer);
    return producer;
  }

  /** What a reader gets, which stops at the first records or when the time is over. */
  private List<String> committed(Duration timeout) {
    try (var consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "isolation.level",
                "read_committed"),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.assign(List.of(PARTITION));
      consumer.seekToBeginning(List.of(PARTITION));
      var values = new ArrayList<String>();
      var deadline = System.nanoTime() + timeout.toNanos();
      while (values.isEmpty() && System.nanoTime() < deadline) {
        consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
      }
      return values;
    }
  }
}
