package io.streamweir.router.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.schemas.codec.UndecodableRecordException;
import io.streamweir.schemas.registry.RegistryUnavailableException;
import io.streamweir.schemas.registry.SchemaRegistry;
import io.streamweir.schemas.registry.UnknownSchemaException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SchemaResolverTest {

  private static final Schema SCHEMA = Schema.create(Schema.Type.STRING);

  private final AtomicInteger questions = new AtomicInteger();

  @Test
  void shouldAskAgainWhenRegistryDoesNotAnswer() throws Exception {
    try (var resolver =
        resolver(
            id -> {
              if (questions.incrementAndGet() < 3) {
                throw new RegistryUnavailableException("down");
              }
              return SCHEMA;
            })) {
      assertThat(resolver.knows(7)).isFalse();

      resolver.resolve(7).get();

      assertThat(resolver.knows(7)).isTrue();
      assertThat(questions).hasValue(3);
    }
  }

  @Test
  void shouldAskOnceWhenSeveralWaitForTheSame() throws Exception {
    var bothAsked = new CountDownLatch(1);
    try (var resolver =
        resolver(
            id -> {
              questions.incrementAndGet();
              await(bothAsked);
              return SCHEMA;
            })) {
      var first = resolver.resolve(7);
      var second = resolver.resolve(7);
      bothAsked.countDown();
      first.get();
      second.get();

      assertThat(questions).hasValue(1);
    }
  }

  @Test
  void shouldBlameTheRecordWhenThereIsNoSuchSchema() {
    assertBlamed(
        id -> {
          throw new UnknownSchemaException("id " + id + " is unknown");
        },
        "id 7 is unknown");
  }

  @Test
  void shouldBlameTheRecordWhenItsSchemaIsNotAvro() {
    assertBlamed(
        id -> {
          throw new SchemaParseException("this is protobuf");
        },
        "this is protobuf");
  }

  private void assertBlamed(IntFunction<Schema> answer, String message) {
    try (var resolver = resolver(answer)) {
      assertThatThrownBy(() -> resolver.resolve(7).get())
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOf(UndecodableRecordException.class)
          .hasMessageContaining(message);
      assertThat(resolver.knows(7)).isFalse();
    }
  }

  private static SchemaResolver resolver(IntFunction<Schema> answer) {
    return new SchemaResolver(
        new SchemaRegistry() {
          @Override
          public int idOf(String subject, Schema schema) {
            throw new AssertionError("not asked for here");
          }

          @Override
          public Schema schemaOf(int id) {
            return answer.apply(id);
          }
        },
        1);
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(10, TimeUnit.SECONDS)) {
        throw new AssertionError("nobody came");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
