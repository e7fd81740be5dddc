package io.streamweir.router.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.router.Requests;
import io.streamweir.schemas.DeadLetter;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.registry.InMemorySchemaRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutcomesTest {

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final Outcomes outcomes =
      new Outcomes(registry, InstantSource.fixed(Instant.ofEpochMilli(5000)), 1);

  @Test
  void shouldFitTheSinkWhenRequestIsAsLargeAsATopicTakes() {
    var request =
        Requests.chat("r-1")
            .setModel("m".repeat(3 << 20))
            .setMetadata(Map.of("key", "v".repeat(1 << 20)))
            .build();

    var books =
        outcomes.books(
            request,
            Ending.refused(new Rejection(ErrorCode.INVALID_REQUEST, "metadata is too long")),
            Outcomes.NO_MODEL);

    assertThat(books).hasSize(2).allSatisfy(r -> assertThat(r.value).hasSizeLessThan(1000));
    var codec = new AvroCodec<>(registry, Topics.RESULTS.subject(), InferenceResult.class);
    assertThat(codec.decode(books.get(0).value).getMetadata()).isEmpty();
  }

  @Test
  void shouldFitTheSinkWhenRecordIsMostlyKey() {
    var key = new byte[Topics.MAX_RECORD_BYTES - 100];

    var letter =
        outcomes.deadLetter(
            new DeadRecord("weir.requests", 3, 17, key, new byte[10], "undecodable_record", "no"));

    assertThat(letter.key).isNull();
    assertThat(letter.value).hasSizeLessThan(Topics.MAX_INTERNAL_RECORD_BYTES);
    var codec = new AvroCodec<>(registry, Topics.DEAD_LETTERS.subject(), DeadLetter.class);
    assertThat(codec.decode(letter.value).getKey().remaining()).isEqualTo(key.length);
  }

  @Test
  void shouldReturnMetadataWhenRequestIsRejected() {
    var request = Requests.chat("r-1").setMetadata(Map.of("row", "17")).build();

    var rejection = new Rejection(ErrorCode.DEADLINE_EXPIRED, "late");
    var books = outcomes.books(request, Ending.refused(rejection), "m");

    var codec = new AvroCodec<>(registry, Topics.RESULTS.subject(), InferenceResult.class);
    var result = codec.decode(books.get(0).value);
    assertThat(result.getMetadata()).containsEntry("row", "17");
    assertThat(result.getTimings().getFinishedAtMs()).isEqualTo(5000);
    assertThat(result.getFinishReason()).isEqualTo("expired");
  }
}
