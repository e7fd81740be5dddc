package io.streamweir.inference.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.schemas.ControlAction;
import io.streamweir.schemas.ControlCommand;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.registry.InMemorySchemaRegistry;
import io.streamweir.schemas.registry.RegistryUnavailableException;
import io.streamweir.schemas.registry.SchemaRegistry;
import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A registry that is away ends no replica: it holds up cancels, not what is generated. */
@Timeout(30)
class ControlListenerTest {

  private final OutageRegistry registry = new OutageRegistry();
  private final ControlListener listener =
      new ControlListener("127.0.0.1:1", "control", registry, new ManualTaskThread());

  @Test
  void shouldReadAFirstCommandWhileTheRegistryIsAway() throws Exception {
    var bytes = command();
    registry.failures = Integer.MAX_VALUE;

    assertThat(listener.decode(bytes).getRequestId()).isEqualTo("r");
  }

  @Test
  void shouldWaitForTheRegistryWhenACommandIsOfAnotherVersion() throws Exception {
    var bytes = ofAnotherVersion(command());
    registry.failures = 1;

    assertThat(listener.decode(bytes).getRequestId()).isEqualTo("r");
    assertThat(registry.failures).isZero();
  }

  @Test
  void shouldWaitNoLongerWhenItIsClosed() {
    var bytes = ofAnotherVersion(command());
    registry.failures = Integer.MAX_VALUE;
    listener.close();

    assertThatThrownBy(() -> listener.decode(bytes))
        .isInstanceOf(RegistryUnavailableException.class);
  }

  private byte[] command() {
    var codec = new AvroCodec<>(registry, Topics.CONTROL.subject(), ControlCommand.class);
    return codec.encode(
        ControlCommand.newBuilder()
            .setAction(ControlAction.CANCEL)
            .setTenant("t")
            .setRequestId("r")
            .build());
  }

  private byte[] ofAnotherVersion(byte[] bytes) {
    var other = new Schema.Parser().parse(ControlCommand.getClassSchema().toString());
    other.addProp("version", "another");
    ByteBuffer.wrap(bytes).putInt(1, registry.idOf("another", other));
    return bytes;
  }

  /** Fails so many times; what was asked before is remembered by who asked. */
  private static final class OutageRegistry implements SchemaRegistry {

    private final SchemaRegistry registry = new InMemorySchemaRegistry();
    private int failures;

    @Override
    public int idOf(String subject, Schema schema) {
      return registry.idOf(subject, schema);
    }

    @Override
    public Schema schemaOf(int id) {
      if (failures > 0) {
        failures--;
        throw new RegistryUnavailableException("away");
      }
      return registry.schemaOf(id);
    }
  }
}
