package io.streamweir.inference.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.inference.testing.Request;
import io.streamweir.schemas.DispatchedRequest;
import io.streamweir.schemas.Lane;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.registry.InMemorySchemaRegistry;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class InFlightCodecTest {

  /** State as version 1 of the format has it; the dispatched request has a format of its own. */
  private static final String VERSION_1 = "AQQBAgICVAYKDA4ADDUgNiA3IADQD6AfAA==";

  private final AvroCodec<DispatchedRequest> dispatchedCodec =
      new AvroCodec<>(
          new InMemorySchemaRegistry(), Topics.DISPATCH_SUBJECT, DispatchedRequest.class);
  private final InFlightCodec codec = new InFlightCodec(dispatchedCodec);

  @Test
  void shouldRestoreWhatWasReleasedAsANewAttempt() throws Exception {
    var request = request();
    request.append(FakeEngine.tokens("t/a", 0, 5, 6, 7), 2_000);
    request.markEngineFailed();

    var restored = codec.decode(codec.encode(request, 42));

    assertThat(restored.incarnation()).isEqualTo(42);
    assertThat(restored.request().id()).isEqualTo("t/a");
    assertThat(restored.request().lane()).isEqualTo(Lane.OFFLINE);
    assertThat(restored.request().attempt()).isEqualTo(3);
    assertThat(restored.request().engineFailures()).isEqualTo(1);
    assertThat(restored.request().tokenIds()).containsExactly(5, 6, 7);
    assertThat(restored.request().text()).isEqualTo("5 6 7 ");
    assertThat(restored.request().admittedAtMicros()).isEqualTo(1_000);
    assertThat(restored.request().firstTokenAtMicros()).isEqualTo(2_000);
    assertThat(restored.request().waiting()).isTrue();
    assertThat(restored.request().submitted()).isFalse();
    assertThat(restored.request().toEngineRequest().generatedTokenIds()).containsExactly(5, 6, 7);
    assertThat(restored.request().request()).isEqualTo(request.request());
  }

  @Test
  void shouldWriteTheFormatOfVersion1() {
    var request =
        new InFlight(
            Request.offline("t", "a", 9).dispatched(), new byte[] {1, 2}, Lane.OFFLINE, 1_000);
    request.append(FakeEngine.tokens("t/a", 0, 5, 6, 7), 2_000);
    assertThat(Base64.getEncoder().encodeToString(codec.encode(request, 42)))
        .as("The format has changed: raise the version, and go on reading this one")
        .isEqualTo(VERSION_1);
  }

  @Test
  void shouldNameTheVersionWhenTheStateIsOfALaterRelease() {
    var bytes = codec.encode(request(), 42);
    bytes[0] = 9;
    assertThatThrownBy(() -> codec.decode(bytes)).hasMessageContaining("version 9");
  }

  private InFlight request() {
    var dispatched = Request.offline("t", "a", 9).dispatched();
    return new InFlight(dispatched, dispatchedCodec.encode(dispatched), Lane.OFFLINE, 1_000);
  }
}
