package io.streamweir.router.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.kafka.EmbeddedKafka;
import io.streamweir.kafka.EmbeddedKafkaOptions;
import io.streamweir.schemas.Lane;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.dispatch.RouterIncarnation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class DispatchLogITCase {

  private static final String TOPIC = Topics.dispatchName("d", Lane.ONLINE);
  private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);

  @TempDir private Path directory;
  private EmbeddedKafka kafka;
  private KafkaProducer<byte[], byte[]> producer;
  private DispatchLog log;

  @BeforeEach
  void start() {
    kafka = EmbeddedKafka.start(EmbeddedKafkaOptions.onFreePorts(directory));
    kafka.createTopics(List.of(Topics.dispatch("d", Lane.ONLINE, 1).toNewTopic((short) 1)));
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers(), "linger.ms", 0),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    log = new DispatchLog(kafka.bootstrapServers());
  }

  @AfterEach
  void stop() {
    log.close();
    producer.close();
    kafka.close();
  }

  @Test
  void shouldNotCountWhatAReplacedRunAppendedBehindTheCheckpoint() throws Exception {
    append(20, null);
    append(20, "before the checkpoint");
    append(10, "void");
    append(20, "valid");

    var takenOver = log.follow(Map.of(PARTITION, 2L), 20, 0);

    assertThat(takenOver.dispatched()).containsExactly("t/valid");
    assertThat(takenOver.incarnation()).isEqualTo(21);
    assertThat(takenOver.positions()).containsEntry(PARTITION, 4L);
  }

  @Test
  void shouldReadATopicFromItsBeginningWhenItIsYoungerThanTheCheckpoint() throws Exception {
    append(20, "valid");

    assertThat(log.follow(Map.of(), 20, 0).dispatched()).containsExactly("t/valid");
  }

  @Test
  void shouldReadWhatIsYoungEnoughWhenThereIsNoCheckpoint() throws Exception {
    // So young that the broker keeps it however long this takes.
    var sinceMs = System.currentTimeMillis() - Duration.ofHours(1).toMillis();
    append(20, "too old", sinceMs - 1);
    append(RouterIncarnation.NONE, "of an older release", sinceMs);
    for (var number = 0; number < 1_500; number++) {
      send(20, "valid" + number, sinceMs + 1 + number);
    }
    append(10, "void", sinceMs + 3_000);

    var takenOver = log.followUnknown(sinceMs, 100);

    assertThat(takenOver.dispatched())
        .hasSize(1_501)
        .contains("t/of an older release", "t/valid0", "t/valid1499");
    assertThat(takenOver.incarnation()).isEqualTo(100);
    append(100, "its own");
    append(20, "void too");
    var again = log.readAgain(takenOver.from(), takenOver.positions());
    assertThat(again).containsAll(takenOver.dispatched()).doesNotContain("t/too old", "t/void too");
    var tomorrow = System.currentTimeMillis() + Duration.ofDays(1).toMillis();
    assertThat(log.followUnknown(tomorrow, 0).dispatched()).as("nothing is so young").isEmpty();
    assertThat(log.followUnknown(-1_000, 0).dispatched()).as("since ever").contains("t/too old");
  }

  @Test
  void shouldTellARunWhenALaterOneTakesOver() throws Exception {
    append(20, "valid");
    var first = log.follow(Map.of(), 20, 0);
    try (var watch = new FenceWatch(kafka.bootstrapServers(), first.incarnation()).start()) {
      watch.watch(first.positions());
      append(first.incarnation(), "its own");
      watch.check();

      var second = log.follow(first.positions(), first.incarnation(), 0);

      assertThatThrownBy(
              () -> {
                while (true) {
                  watch.check();
                }
              })
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Run " + second.incarnation() + " of the router has taken")
          .hasMessageContaining("cancel one");
    }
  }

  /** A marker if there is no id. */
  private void append(long incarnation, String id) throws Exception {
    append(incarnation, id, System.currentTimeMillis());
  }

  private void append(long incarnation, String id, long timestampMs) throws Exception {
    send(incarnation, id, timestampMs).get();
  }

  private Future<RecordMetadata> send(long incarnation, String id, long timestampMs) {
    var key = id == null ? null : ("t/" + id).getBytes(StandardCharsets.UTF_8);
    var value = id == null ? null : new byte[] {1};
    var headers = RouterIncarnation.headers(incarnation);
    return producer.send(new ProducerRecord<>(TOPIC, 0, timestampMs, key, value, headers));
  }
}
