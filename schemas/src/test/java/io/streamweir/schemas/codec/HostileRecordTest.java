package io.streamweir.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.schemas.ChatMessage;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.SamplingParams;
import io.streamweir.schemas.registry.InMemorySchemaRegistry;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileRecordTest {

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final AvroCodec<InferenceRequest> codec =
      new AvroCodec<>(registry, "weir.requests-value", InferenceRequest.class);

  @Test
  void shouldReadBackEveryFieldWhenRecordIsWellFormed() {
    var request = request("Grüße \uD83D\uDE00 \uFFFD");

    assertThat(codec.decode(codec.encode(request))).isEqualTo(request);
  }

  /** Avro's own decoder allocates this much and ends the process. */
  @ParameterizedTest
  @ValueSource(longs = {100, 2_000_000_000L, Integer.MAX_VALUE, Long.MAX_VALUE, -1, Long.MIN_VALUE})
  void shouldRefuseRecordWhenStringClaimsMoreThanThereIs(long length) throws Exception {
    assertUndecodable(startingWith(length));
  }

  @ParameterizedTest
  @ValueSource(longs = {2_000_000_000L, Long.MAX_VALUE, Long.MIN_VALUE, -2_000_000_000L})
  void shouldRefuseRecordWhenArrayClaimsMoreThanThereIs(long count) throws Exception {
    var body = new ByteArrayOutputStream();
    var out = EncoderFactory.get().directBinaryEncoder(body, null);
    for (var text : List.of("id", "tenant", "model")) {
      out.writeString(text);
    }
    out.writeLong(count);
    out.flush();

    assertUndecodable(withHeader(body.toByteArray()));
  }

  @Test
  void shouldRefuseRecordWhenItEndsAnywhereEarly() {
    var whole = codec.encode(request("Where is my order?"));

    for (int length = 0; length < whole.length; length++) {
      assertUndecodable(Arrays.copyOf(whole, length));
    }
  }

  @Test
  void shouldThrowNothingElseWhenBytesAreFlipped() {
    var random = new Random(7);
    var whole = codec.encode(request("Where is my order?"));

    for (int i = 0; i < 20_000; i++) {
      var damaged = whole.clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        damaged[5 + random.nextInt(damaged.length - 5)] = (byte) random.nextInt(256);
      }
      try {
        codec.decode(damaged);
      } catch (UndecodableRecordException expected) {
        assertThat(expected.code()).isIn("undecodable_record", "invalid_text");
      }
    }
  }

  @Test
  void shouldHandOutRecordWhenOnlyItsTextIsMalformed() {
    var bytes = codec.encode(request("Where~is"));
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '~') {
        bytes[i] = (byte) 0xC3;
      }
    }

    assertThatThrownBy(() -> codec.decode(bytes))
        .isInstanceOfSatisfying(
            MalformedTextException.class,
            e -> {
              assertThat(e.code()).isEqualTo("invalid_text");
              var record = (InferenceRequest) e.record();
              assertThat(record.getRequestId()).isEqualTo("r-1");
              assertThat(record.getMessages().get(0).getContent()).isEqualTo("Where\uFFFDis");
            });
  }

  @Test
  void shouldSkipUnknownFieldsWhenWriterHasMore() throws Exception {
    var wider =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "InferenceRequest", "namespace": "io.streamweir.schemas", "fields": [
                  {"name": "text", "type": "string"},
                  {"name": "blob", "type": "bytes"},
                  {"name": "numbers", "type": {"type": "array", "items": "long"}},
                  {"name": "pairs", "type": {"type": "map", "values": "double"}},
                  {"name": "hash", "type": {"type": "fixed", "name": "Hash", "size": 4}},
                  {"name": "request_id", "type": "string"},
                  {"name": "model", "type": "string"},
                  {"name": "sampling", "type": {"type": "record", "name": "SamplingParams", "fields": []}}]}
                """);
    var body = new ByteArrayOutputStream();
    var out = EncoderFactory.get().directBinaryEncoder(body, null);
    out.writeString("ignored");
    out.writeBytes(new byte[] {1, 2, 3});
    out.writeLong(-2); // a block with its size in bytes
    out.writeLong(2);
    out.writeLong(7);
    out.writeLong(8);
    out.writeLong(0);
    out.writeMapStart();
    out.setItemCount(1);
    out.writeString("key");
    out.writeDouble(0.5);
    out.writeMapEnd();
    out.writeFixed(new byte[4]);
    out.writeString("r-1");
    out.writeString("support-intents");
    out.flush();
    var bytes = ByteBuffer.allocate(5 + body.size()).put((byte) 0);
    bytes.putInt(registry.idOf("other", wider)).put(body.toByteArray());

    var request = codec.decode(bytes.array());

    assertThat(request.getRequestId()).isEqualTo("r-1");
    assertThat(request.getModel()).isEqualTo("support-intents");
    assertThat(request.getTenant()).isEqualTo("default");
  }

  private void assertUndecodable(byte[] bytes) {
    assertThatThrownBy(() -> codec.decode(bytes))
        .isInstanceOfSatisfying(
            UndecodableRecordException.class,
            e -> assertThat(e.code()).isEqualTo("undecodable_record"));
  }

  private byte[] startingWith(long number) throws Exception {
    var body = new ByteArrayOutputStream();
    var out = EncoderFactory.get().directBinaryEncoder(body, null);
    out.writeLong(number);
    out.flush();
    body.writeBytes("and some text".getBytes(StandardCharsets.UTF_8));
    return withHeader(body.toByteArray());
  }

  private byte[] withHeader(byte[] body) {
    var id = registry.idOf("weir.requests-value", InferenceRequest.getClassSchema());
    return ByteBuffer.allocate(5 + body.length).put((byte) 0).putInt(id).put(body).array();
  }

  private static InferenceRequest request(String text) {
    return InferenceRequest.newBuilder()
        .setRequestId("r-1")
        .setTenant("shop")
        .setModel("support-intents")
        .setMessages(List.of(ChatMessage.newBuilder().setRole("user").setContent(text).build()))
        .setSampling(
            SamplingParams.newBuilder()
                .setTemperature(0.5)
                .setSeed(-42L)
                .setStop(List.of("\n"))
                .build())
        .setPriority(-3)
        .setOffline(true)
        .setMetadata(Map.of("row", "17"))
        .build();
  }
}
