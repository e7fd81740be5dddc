package io.streamweir.inference.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.streamweir.schemas.ChatAnswer;
import io.streamweir.schemas.ChunkKind;
import io.streamweir.schemas.DeadLetter;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.ReplicaStatus;
import io.streamweir.schemas.ResultStatus;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.UsageRecord;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.registry.SchemaRegistry;
import io.streamweir.schemas.tokens.AnswerBuilder;
import io.streamweir.schemas.tokens.TokenSequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What one deployment has answered, as a committed reader of the topics sees it. */
public final class Responses implements AutoCloseable {

  /** For what takes moments on a machine that has nothing else to do. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final String tenant;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final AvroCodec<TokenChunk> chunkCodec;
  private final AvroCodec<InferenceResult> resultCodec;
  private final AvroCodec<UsageRecord> usageCodec;
  private final AvroCodec<DeadLetter> deadLetterCodec;
  private final AvroCodec<ReplicaStatus> statusCodec;
  public final List<TokenChunk> chunks = new ArrayList<>();
  public final List<InferenceResult> results = new ArrayList<>();
  public final List<UsageRecord> usage = new ArrayList<>();
  public final List<DeadLetter> deadLetters = new ArrayList<>();
  public final List<ReplicaStatus> statuses = new ArrayList<>();

  /**
   * @param tenant the deployment's name too; records of others are left out
   */
  Responses(String bootstrapServers, SchemaRegistry registry, String tenant) {
    this.tenant = tenant;
    chunkCodec = new AvroCodec<>(registry, Topics.TOKENS.subject(), TokenChunk.class);
    resultCodec = new AvroCodec<>(registry, Topics.RESULTS.subject(), InferenceResult.class);
    usageCodec = new AvroCodec<>(registry, Topics.USAGE.subject(), UsageRecord.class);
    deadLetterCodec = new AvroCodec<>(registry, Topics.DEAD_LETTERS.subject(), DeadLetter.class);
    statusCodec = new AvroCodec<>(registry, Topics.REPLICAS.subject(), ReplicaStatus.class);
    consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "isolation.level",
                "read_committed",
                "fetch.max.wait.ms",
                50),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    var partitions =
        Stream.of(Topics.TOKENS, Topics.RESULTS, Topics.USAGE, Topics.DEAD_LETTERS, Topics.REPLICAS)
            .flatMap(topic -> consumer.partitionsFor(topic.name()).stream())
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** Reads until the condition holds; fails, saying what there is, if it does not in time. */
  public void await(String what, Callable<Boolean> condition) throws Exception {
    var end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > end) {
        fail(
            "Waited in vain for %s: %d chunks, results %s, dead letters %s, last status %s",
            what,
            chunks.size(),
            results.stream().map(InferenceResult::getRequestId).toList(),
            deadLetters,
            statuses.isEmpty() ? null : statuses.get(statuses.size() - 1));
      }
      consumer.poll(Duration.ofMillis(50)).forEach(this::take);
    }
  }

  /** Reads on until one more checkpoint has surely been committed, to catch what is too much. */
  public void awaitQuiet(Duration duration) throws Exception {
    var end = System.nanoTime() + duration.toNanos();
    await("quiet", () -> System.nanoTime() > end);
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    switch (record.topic()) {
      case "weir.tokens" -> {
        var chunk = chunkCodec.decode(record.value());
        if (chunk.getTenant().equals(tenant)) {
          chunks.add(chunk);
        }
      }
      case "weir.results" -> {
        var result = resultCodec.decode(record.value());
        if (result.getTenant().equals(tenant)) {
          results.add(result);
        }
      }
      case "weir.usage" -> {
        var bill = usageCodec.decode(record.value());
        if (bill.getTenant().equals(tenant)) {
          usage.add(bill);
        }
      }
      case "weir.dead-letters" -> {
        var letter = deadLetterCodec.decode(record.value());
        if (letter.getSourceTopic().contains("." + tenant + ".")) {
          deadLetters.add(letter);
        }
      }
      default -> {
        var status = statusCodec.decode(record.value());
        if (status.getDeployment().equals(tenant)) {
          statuses.add(status);
        }
      }
    }
  }

  public List<TokenChunk> chunks(Request request) {
    return chunks.stream().filter(chunk -> chunk.getRequestId().equals(request.id())).toList();
  }

  public long chunkCount(Request request) {
    return chunks.stream().filter(chunk -> chunk.getRequestId().equals(request.id())).count();
  }

  /** The only result of a request. */
  public InferenceResult result(Request request) {
    var found = results.stream().filter(r -> r.getRequestId().equals(request.id())).toList();
    assertThat(found).as("results of %s", request.id()).hasSize(1);
    return found.get(0);
  }

  /** The only usage record of a request. */
  public UsageRecord usage(Request request) {
    var found = usage.stream().filter(r -> r.getRequestId().equals(request.id())).toList();
    assertThat(found).as("usage records of %s", request.id()).hasSize(1);
    return found.get(0);
  }

  /**
   * Whether result, usage and last chunk of all have been seen; in no fixed order, as they come.
   */
  public boolean ended(List<Request> requests) {
    var ids = results.stream().map(InferenceResult::getRequestId).collect(Collectors.toSet());
    ids.retainAll(usage.stream().map(UsageRecord::getRequestId).collect(Collectors.toSet()));
    ids.retainAll(
        chunks.stream()
            .filter(chunk -> chunk.getFinishReason() != null)
            .map(TokenChunk::getRequestId)
            .collect(Collectors.toSet()));
    return requests.stream().allMatch(request -> ids.contains(request.id()));
  }

  /** Reads until all of them have ended. */
  public void awaitEnded(List<Request> requests) throws Exception {
    await("results of " + requests.size(), () -> ended(requests));
  }

  public boolean streamEnded(Request request) {
    return timesStreamEnded(request) > 0;
  }

  public long timesStreamEnded(Request request) {
    return chunks(request).stream().filter(chunk -> chunk.getFinishReason() != null).count();
  }

  public TokenChunk lastChunk(Request request) {
    return chunks(request).stream()
        .filter(chunk -> chunk.getKind() == ChunkKind.TOKENS)
        .reduce((earlier, later) -> later)
        .orElseThrow();
  }

  /** Fails unless it got all its tokens, one result that says so, and one bill of them. */
  public void assertCompleted(Request request) {
    var expected = request.completion();
    assertThat(tokens(request)).as("tokens of %s", request.id()).isEqualTo(expected);
    var result = result(request);
    assertThat(result.getStatus())
        .as("status of %s", request.id())
        .isEqualTo(ResultStatus.COMPLETED);
    assertThat(result.getTokenIds()).isEqualTo(expected);
    assertThat(result.getText()).isEqualTo(ScriptedRunner.text(expected));
    assertThat(result.getLane()).isEqualTo(request.lane());
    assertThat(usage(request).getUsage()).isEqualTo(result.getUsage());
    assertThat(result.getUsage().getCompletionTokens()).isEqualTo(request.maxTokens());
    assertThat(result.getUsage().getPromptTokens()).isEqualTo(request.prompt().size());
    var last = lastChunk(request);
    assertThat(last.getFinishReason()).isEqualTo("length");
    assertThat(last.getUsage()).isEqualTo(result.getUsage());
    assertThat(last.getEngineSubmittedAtUs()).isPositive();
    assertThat(last.getEngineEmittedAtUs()).isGreaterThan(last.getEngineSubmittedAtUs());
  }

  /** The tokens that a reader of the log sees, by the reader's rule; fails on a gap. */
  public List<Integer> tokens(Request request) {
    var seen = new ArrayList<Integer>();
    read(request, seen::clear, chunk -> seen.addAll(chunk.getTokenIds()));
    return seen;
  }

  /** What the answer says that a reader of the log sees; null if it is text. */
  public ChatAnswer answer(Request request) {
    var seen = new AnswerBuilder();
    read(request, seen::clear, chunk -> seen.append(chunk.getDeltas()));
    return seen.answer();
  }

  private void read(Request request, Runnable startsOver, Consumer<TokenChunk> reader) {
    var sequence = new TokenSequence();
    for (var chunk : chunks(request)) {
      sequence
          .accept(chunk)
          .ifPresent(
              fresh -> {
                if (fresh.getKind() == ChunkKind.RESET) {
                  startsOver.run();
                }
                reader.accept(fresh);
              });
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
