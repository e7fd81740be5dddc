package io.streamweir.inference.operator;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.schemas.Topics;
import io.streamweir.schemas.registry.InMemorySchemaRegistry;
import io.streamweir.schemas.registry.RegistryUnavailableException;
import io.streamweir.schemas.registry.SchemaRegistry;
import org.apache.avro.Schema;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseWriterTest {

  /** Rather than with the first result, when streams are under way that it would hold up. */
  @ParameterizedTest
  @ValueSource(strings = {"weir.tokens", "weir.results", "weir.usage", "weir.dead-letters"})
  void shouldNeedTheRegistryWhenAReplicaStarts(String topic) {
    var registry = new RegistryWithout(Topics.subjectOf(topic));

    assertThatThrownBy(
            () ->
                new ResponseWriter(
                    registry,
                    new ResponseWriter.Identity("m", "d", "cpu"),
                    fast -> {},
                    exact -> {}))
        .isInstanceOf(RegistryUnavailableException.class);
  }

  private record RegistryWithout(String subject, SchemaRegistry registry)
      implements SchemaRegistry {

    RegistryWithout(String subject) {
      this(subject, new InMemorySchemaRegistry());
    }

    @Override
    public int idOf(String asked, Schema schema) {
      if (asked.equals(subject)) {
        throw new RegistryUnavailableException("down");
      }
      return registry.idOf(asked, schema);
    }

    @Override
    public Schema schemaOf(int id) {
      return registry.schemaOf(id);
    }
  }
}
