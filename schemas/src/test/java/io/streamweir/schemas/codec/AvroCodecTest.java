package io.streamweir.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.schemas.ChunkKind;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.registry.InMemorySchemaRegistry;
import io.streamweir.schemas.registry.RegistryUnavailableException;
import io.streamweir.schemas.registry.SchemaRegistry;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;

class AvroCodecTest {

  private static final Schema SCHEMA = TokenChunk.getClassSchema();

  private final SchemaRegistry registry = new InMemorySchemaRegistry();
  private final AvroCodec<TokenChunk> codec =
      new AvroCodec<>(registry, Topics.TOKENS.subject(), TokenChunk.class);

  @Test
  void shouldReadBackWhatItWrote() {
    var chunk = chunk();
    assertThat(codec.decode(codec.encode(chunk))).isEqualTo(chunk);
  }

  @Test
  void shouldWriteTheConfluentHeader() {
    var bytes = ByteBuffer.wrap(codec.encode(chunk()));
    assertThat(bytes.get()).isZero();
    assertThat(bytes.getInt()).isEqualTo(registry.idOf(Topics.TOKENS.subject(), SCHEMA));
  }

  @Test
  void shouldFillInDefaultsWhenAnOlderWriterKnewFewerFields() throws Exception {
    var older =
        SchemaBuilder.record("TokenChunk")
            .namespace("io.streamweir.schemas")
            .fields()
            .requiredString("request_id")
            .endRecord();
    var record = new GenericRecordBuilder(older).set("request_id", "r").build();
    var out = new ByteArrayOutputStream();
    out.write(0);
    out.write(ByteBuffer.allocate(4).putInt(registry.idOf("s", older)).array());
    var encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<>(older).write(record, encoder);
    encoder.flush();

    var chunk = codec.decode(out.toByteArray());

    assertThat(chunk.getRequestId()).isEqualTo("r");
    assertThat(chunk.getTenant()).isEqualTo("default");
    assertThat(chunk.getKind()).isEqualTo(ChunkKind.TOKENS);
  }

  @Test
  void shouldNameAnUnknownSchemaId() {
    var bytes = codec.encode(chunk());
    ByteBuffer.wrap(bytes).putInt(1, 4711);
    assertThatThrownBy(() -> codec.decode(bytes))
        .isInstanceOfSatisfying(
            UndecodableRecordException.class,
            e -> assertThat(e.code()).isEqualTo("unknown_schema_id"))
        .hasMessageContaining("4711");
  }

  @Test
  void shouldNotBlameTheRecordWhenTheRegistryIsDown() {
    var bytes = codec.encode(chunk());
    var offline = new AvroCodec<>(new DownRegistry(), "s", TokenChunk.class);
    assertThatThrownBy(() -> offline.decode(bytes))
        .isInstanceOf(RegistryUnavailableException.class);
  }

  @Test
  void shouldKnowAllOfItsOwnVersionOnceItIsPrepared() {
    var asked = new ArrayList<String>();
    var prepared =
        new AvroCodec<>(new AskedRegistry(registry, asked), "s", TokenChunk.class).prepared();

    assertThat(asked).containsExactly("id of s", "schema of " + registry.idOf("s", SCHEMA));
    assertThat(prepared.decode(prepared.encode(chunk()))).isEqualTo(chunk());
    assertThat(asked).as("reading asks no more").doesNotHaveDuplicates();
  }

  @Test
  void shouldThrowNothingElseWhateverTheBytes() {
    var random = new Random(7);
    var valid = codec.encode(chunk());
    for (int i = 0; i < 20_000; i++) {
      var bytes = i % 2 == 0 ? valid.clone() : new byte[random.nextInt(64)];
      if (i % 2 == 0) {
        bytes[5 + random.nextInt(bytes.length - 5)] = (byte) random.nextInt();
      } else {
        random.nextBytes(bytes);
      }
      try {
        codec.decode(bytes);
      } catch (UndecodableRecordException expected) {
        assertThat(expected.code()).isIn("undecodable_record", "unknown_schema_id", "invalid_text");
      }
    }
  }

  private static TokenChunk chunk() {
    return TokenChunk.newBuilder()
        .setRequestId("r-1")
        .setTenant("shop")
        .setFirstIndex(3)
        .setTokenIds(List.of(5, 6, 7))
        .setText("größe")
        .setFinishReason("stop")
        .build();
  }

  /** Caches ids as its kind does, and tells what it was asked for beyond that. */
  private static final class AskedRegistry implements SchemaRegistry {
    private final SchemaRegistry registry;
    private final List<String> asked;
    private final Map<String, Integer> ids = new HashMap<>();

    private AskedRegistry(SchemaRegistry registry, List<String> asked) {
      this.registry = registry;
      this.asked = asked;
    }

    @Override
    public int idOf(String subject, Schema schema) {
      return ids.computeIfAbsent(
          subject,
          missing -> {
            asked.add("id of " + subject);
            return registry.idOf(subject, schema);
          });
    }

    @Override
    public Schema schemaOf(int id) {
      asked.add("schema of " + id);
      return registry.schemaOf(id);
    }
  }

  private static final class DownRegistry implements SchemaRegistry {
    @Override
    public int idOf(String subject, Schema schema) {
      throw new RegistryUnavailableException("down");
    }

    @Override
    public Schema schemaOf(int id) {
      throw new RegistryUnavailableException("down");
    }
  }
}
