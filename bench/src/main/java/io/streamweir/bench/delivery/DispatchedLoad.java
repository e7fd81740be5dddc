package io.streamweir.bench.delivery;

import io.streamweir.schemas.ChunkKind;
import io.streamweir.schemas.DispatchedRequest;
import io.streamweir.schemas.Lane;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.ResolvedSampling;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.text.Message;
import io.streamweir.text.ModelText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Requests as the router dispatches them, to one deployment, and the tokens that come back. One
 * thread.
 */
final class DispatchedLoad implements AutoCloseable {

  private static final int MAX_TOKENS = 64;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String deployment;
  private final List<List<Integer>> prompts;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final AvroCodec<DispatchedRequest> requests;
  private final AvroCodec<TokenChunk> chunks;
  private long sent;

  /** What a stretch of saturated work came to. */
  record Throughput(
      long tokens, double seconds, double processorSeconds, Map<String, Double> secondsByThread) {
    double tokensPerSecond() {
      return tokens / seconds;
    }

    double processorMicrosPerToken() {
      return processorSeconds * 1e6 / tokens;
    }
  }

  DispatchedLoad(DeliveryRig rig, String deployment, List<List<Integer>> prompts) {
    this.deployment = deployment;
    this.prompts = prompts;
    this.requests =
        new AvroCodec<>(rig.registry(), Topics.DISPATCH_SUBJECT, DispatchedRequest.class);
    this.chunks = new AvroCodec<>(rig.registry(), Topics.TOKENS.subject(), TokenChunk.class);
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", rig.bootstrapServers(), "linger.ms", 0),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    this.consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", rig.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    var partitions =
        IntStream.range(0, Topics.TOKENS.partitions())
            .mapToObj(partition -> new TopicPartition(Topics.TOKENS.name(), partition))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
  }

  /** The prompts of a file of utterances, as the model's template and tokenizer have them. */
  static List<List<Integer>> prompts(ModelText text, List<String> utterances) {
    return utterances.stream()
        .map(utterance -> text.encodeChat(List.of(Message.of("user", utterance)), Map.of()))
        .map(ids -> Arrays.stream(ids).boxed().toList())
        .toList();
  }

  /** So many offline requests outstanding, for a while, then none. */
  Throughput saturate(int outstanding, Duration rampUp, Duration duration) {
    for (int i = 0; i < outstanding; i++) {
      send(Lane.OFFLINE);
    }
    keep(rampUp);
    var before = ProcessorTime.now();
    var begin = System.nanoTime();
    var tokens = keep(duration);
    var end = System.nanoTime();
    var after = ProcessorTime.now();
    var throughput =
        new Throughput(
            tokens,
            (end - begin) / 1e9,
            after.secondsSince(before),
            after.secondsByNameSince(before));
    awaitEnds(outstanding);
    return throughput;
  }

  /** Sends one for each that ends; returns the tokens that came. */
  private long keep(Duration duration) {
    var until = System.nanoTime() + duration.toNanos();
    var tokens = new long[1];
    while (System.nanoTime() < until) {
      poll(
          chunk -> {
            tokens[0] += chunk.getTokenIds().size();
            if (chunk.getFinishReason() != null) {
              send(Lane.OFFLINE);
            }
          });
    }
    return tokens[0];
  }

  /** Online requests one after the other; milliseconds from one chunk to the next of a stream. */
  List<Double> intervals(Duration duration) {
    var until = System.nanoTime() + duration.toNanos();
    var millis = new ArrayList<Double>();
    while (System.nanoTime() < until) {
      send(Lane.ONLINE);
      millis.addAll(followOne());
    }
    return millis;
  }

  private List<Double> followOne() {
    var times = new ArrayList<Long>();
    var ends = new int[1];
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    while (ends[0] == 0) {
      failAfter(deadline);
      poll(
          chunk -> {
            times.add(System.nanoTime());
            ends[0] += chunk.getFinishReason() == null ? 0 : 1;
          });
    }
    return IntStream.range(1, times.size())
        .mapToObj(i -> (times.get(i) - times.get(i - 1)) / 1e6)
        .toList();
  }

  private void awaitEnds(int count) {
    var missing = new int[] {count};
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    while (missing[0] > 0) {
      failAfter(deadline);
      poll(chunk -> missing[0] -= chunk.getFinishReason() == null ? 0 : 1);
    }
  }

  private static void failAfter(long deadline) {
    if (System.nanoTime() > deadline) {
      throw new IllegalStateException("A request has not ended in " + PATIENCE);
    }
  }

  private void poll(Consumer<TokenChunk> reader) {
    for (var record : consumer.poll(Duration.ofMillis(100))) {
      var chunk = chunks.decode(record.value());
      if (chunk.getKind() == ChunkKind.TOKENS && chunk.getTenant().equals(deployment)) {
        reader.accept(chunk);
      }
    }
  }

  private void send(Lane lane) {
    var id = deployment + "-" + sent;
    var key = new RequestKey(deployment, id);
    var prompt = prompts.get((int) (sent++ % prompts.size()));
    var sampling =
        ResolvedSampling.newBuilder()
            .setMaxTokens(MAX_TOKENS)
            .setTemperature(0)
            .setTopP(1)
            .setTopK(0)
            .setSeed(1)
            .build();
    var request =
        DispatchedRequest.newBuilder()
            .setRequestId(id)
            .setTenant(deployment)
            .setModel(deployment)
            .setDeployment(deployment)
            .setLane(lane)
            .setPromptTokenIds(prompt)
            .setSampling(sampling)
            .setReplyPartition(key.partition(Topics.TOKENS.partitions()))
            .build();
    var topic = Topics.dispatchName(deployment, lane);
    producer.send(new ProducerRecord<>(topic, key.bytes(), requests.encode(request)));
  }

  @Override
  public void close() {
    producer.close();
    consumer.close();
  }
}
