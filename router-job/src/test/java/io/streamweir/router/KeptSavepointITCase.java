package io.streamweir.router;

import static io.streamweir.router.RouterRig.DEPLOYMENT;
import static io.streamweir.router.RouterRig.MODEL_NAME;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.kafka.TopicCopy;
import io.streamweir.schemas.Deployment;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.Lane;
import io.streamweir.schemas.Quota;
import io.streamweir.schemas.ResultStatus;
import io.streamweir.schemas.TenantPolicy;
import io.streamweir.schemas.TokenUsage;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.UsageRecord;
import io.streamweir.schemas.registry.InMemorySchemaRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The savepoint that an earlier release of the router took goes on in this one: with what it has
 * dispatched, with what waits for a deployment, and with what waits for a quota.
 *
 * <p>Beside each savepoint lie the topics that its state refers to, record by record at the same
 * offsets, and the schemas in the order of their ids. Before a state changes, the one of the
 * release is added: {@code -Dit.test=KeptSavepointITCase#write* -Dsavepoint.write=true}.
 */
@Timeout(300)
class KeptSavepointITCase {

  private static final Path KEPT = Path.of("src/test/resources/io/streamweir/router/savepoints");

  /** Read by the job in the module's directory, wherever that lies. */
  private static final String MODEL_PATH = "../models/support-intents";

  private static final String LATER = "later-cpu";
  private static final String LIMITED = "one-at-a-time";
  private static final int DISPATCHED = 20;
  private static final List<String> TOPICS =
      List.of(
          Topics.REQUESTS.name(),
          Topics.REQUESTS_OFFLINE.name(),
          Topics.DEPLOYMENTS.name(),
          Topics.TENANTS.name(),
          Topics.dispatchName(DEPLOYMENT, Lane.ONLINE),
          Topics.dispatchName(DEPLOYMENT, Lane.OFFLINE));

  @TempDir private Path directory;
  private RouterRig rig;

  @BeforeEach
  void start() throws Exception {
    rig =
        RouterRig.start(directory)
            .with("dedupe.ttl", "10000 d")
            .with("catalogue.grace", "10000 d")
            .with("quota.patience", "10000 d")
            .createDispatchTopics(deployment(DEPLOYMENT, MODEL_NAME));
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  static Stream<Path> releases() throws IOException {
    return Files.list(KEPT);
  }

  @ParameterizedTest
  @MethodSource("releases")
  void shouldGoOnWithTheRequestsOfAnEarlierRelease(Path release) throws Exception {
    for (var line : Files.readAllLines(release.resolve("schemas.txt"))) {
      rig.registry().idOf("kept", new Schema.Parser().parse(line));
    }
    TopicCopy.restore(release.resolve("topics.bin"), rig.bootstrapServers());
    assertThat(dispatched(DEPLOYMENT, 0)).hasSize(DISPATCHED + 1);

    rig.startJob(savepoint(release));
    rig.sendAll(List.of(chat("done-3"), chat("new")));
    rig.deploy(deployment(LATER, "later"));
    // No offset of this topic was ever committed, so what comes too early counts for nothing.
    while (!dispatched(DEPLOYMENT, 0).contains("second")) {
      rig.publish(Topics.USAGE, LIMITED + "/first", usageOfFirst());
    }

    assertThat(dispatched(LATER, 1)).containsExactly("waits");
    assertThat(dispatched(DEPLOYMENT, DISPATCHED + 3))
        .as("those before, what came since, and what the quota allows now; each once")
        .hasSize(DISPATCHED + 3)
        .doesNotHaveDuplicates()
        .contains("new", "second");
    var letters = rig.log().deadLetters(letter -> true, 1);
    assertThat(letters)
        .extracting(letter -> letter.value().getCode())
        .containsExactly("duplicate_request_id");
    rig.checkpoint();
    assertThat(rig.log().results(result -> true, 0)).as("refused").isEmpty();
  }

  @Test
  @EnabledIfSystemProperty(named = "savepoint.write", matches = "true")
  void writeTheSavepointOfThisRelease() throws Exception {
    rig.publish(deployment(DEPLOYMENT, MODEL_NAME));
    rig.publish(Topics.TENANTS, LIMITED, new TenantPolicy(LIMITED, new Quota(null, null, 1L), 1));
    rig.startJob();
    rig.sendAll(IntStream.range(0, DISPATCHED).mapToObj(i -> chat("done-" + i)).toList());
    rig.sendAll(List.of(limited("first")));
    assertThat(dispatched(DEPLOYMENT, DISPATCHED + 1)).contains("first");
    rig.sendAll(List.of(Requests.chat("waits").setModel("later").build(), limited("second")));
    rig.awaitRead();

    var release = KEPT.resolve(Long.toString(Files.isDirectory(KEPT) ? releases().count() + 1 : 1));
    // Its path becomes part of it, so it is not taken here.
    var target = directory.resolve("release");
    rig.stopWithSavepoint(target);
    Files.createDirectories(KEPT);
    Files.move(target, release);

    TopicCopy.write(rig.bootstrapServers(), TOPICS, release.resolve("topics.bin"));
    Files.write(
        release.resolve("schemas.txt"),
        ((InMemorySchemaRegistry) rig.registry())
            .schemas().stream().map(Schema::toString).toList());
  }

  private static String savepoint(Path release) throws IOException {
    try (var files = Files.newDirectoryStream(release, "savepoint-*")) {
      return files.iterator().next().toUri().toString();
    }
  }

  private List<String> dispatched(String deployment, int atLeast) {
    return rig.log().dispatched(deployment, Lane.ONLINE, request -> true, atLeast).stream()
        .map(entry -> entry.value().getRequestId())
        .toList();
  }

  private static InferenceRequest chat(String id) {
    return Requests.chat(id).build();
  }

  private static InferenceRequest limited(String id) {
    return Requests.chat(id).setTenant(LIMITED).build();
  }

  private static Deployment deployment(String name, String model) {
    return RouterRig.deployment().setName(name).setModel(model).setModelPath(MODEL_PATH).build();
  }

  private static UsageRecord usageOfFirst() {
    return UsageRecord.newBuilder()
        .setRequestId("first")
        .setTenant(LIMITED)
        .setDeployment(DEPLOYMENT)
        .setStatus(ResultStatus.COMPLETED)
        .setUsage(TokenUsage.newBuilder().setCompletionTokens(1).build())
        .setFinishedAtMs(System.currentTimeMillis())
        .build();
  }
}
