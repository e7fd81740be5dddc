package io.streamweir.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.inference.testing.InferenceRig;
import io.streamweir.inference.testing.Request;
import io.streamweir.inference.testing.Responses;
import io.streamweir.kafka.TopicCopy;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.Lane;
import io.streamweir.schemas.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The savepoint that an earlier release took with requests in flight goes on in this one.
 *
 * <p>Beside each savepoint lies what its state refers to: the dispatch topics and the token log,
 * record by record at the same offsets, the schemas in the order of their ids, and the ids of the
 * requests whose result had been committed. Before a state changes, the one of the release is
 * added: {@code -Dit.test=KeptSavepointITCase#write* -Dsavepoint.write=true}.
 */
class KeptSavepointITCase {

  private static final Path KEPT = Path.of("src/test/resources/io/streamweir/inference/savepoints");
  private static final String DEPLOYMENT = "kept";
  private static final int PER_LANE = 5;
  private static final Duration A_FEW_CHECKPOINTS = Duration.ofMillis(500);
  private static final List<String> TOPICS =
      List.of(
          Topics.dispatchName(DEPLOYMENT, Lane.ONLINE),
          Topics.dispatchName(DEPLOYMENT, Lane.OFFLINE),
          Topics.TOKENS.name());

  @TempDir private Path directory;
  private InferenceRig rig;
  private Responses responses;

  @BeforeEach
  void start() throws Exception {
    rig = new InferenceRig(directory.resolve("rig"));
    rig.createDispatchTopics(DEPLOYMENT);
  }

  @AfterEach
  void stop() throws Exception {
    responses.close();
    rig.close();
  }

  static Stream<Path> releases() throws IOException {
    return Files.list(KEPT);
  }

  @ParameterizedTest
  @MethodSource("releases")
  void shouldGoOnWithTheRequestsOfAnEarlierRelease(Path release) throws Exception {
    for (var line : Files.readAllLines(release.resolve("schemas.txt"))) {
      rig.registry().idOf(DEPLOYMENT, new Schema.Parser().parse(line));
    }
    TopicCopy.restore(release.resolve("topics.bin"), rig.bootstrapServers());
    responses = rig.responses(DEPLOYMENT);
    var committed = Files.readAllLines(release.resolve("committed.txt"));
    var underWay =
        requests().stream().filter(request -> !committed.contains(request.id())).toList();
    assertThat(underWay).hasSizeGreaterThan(PER_LANE);
    assertThat(committed).isNotEmpty();

    var job = rig.run(DEPLOYMENT, 1, savepoint(release), 200, Map.of());

    responses.awaitEnded(underWay);
    responses.awaitQuiet(A_FEW_CHECKPOINTS);
    underWay.forEach(responses::assertCompleted);
    assertThat(responses.results).as("none that was committed before").hasSize(underWay.size());
    assertThat(responses.usage).hasSize(underWay.size());
    assertThat(underWay)
        .extracting(request -> responses.chunks(request).size())
        .as("chunks, of which the earlier release wrote some")
        .allMatch(chunks -> chunks > 1);
    rig.cancelJob(job);
  }

  @Test
  @EnabledIfSystemProperty(named = "savepoint.write", matches = "true")
  void writeTheSavepointOfThisRelease() throws Exception {
    responses = rig.responses(DEPLOYMENT);
    var job = rig.run(DEPLOYMENT, 2, null, 10_000, Map.of());
    rig.send(requests());
    responses.await(
        "results, and tokens of the others",
        () ->
            responses.results.size() >= 2
                && requests().stream().allMatch(request -> responses.chunkCount(request) > 1));
    var release = KEPT.resolve(Long.toString(Files.isDirectory(KEPT) ? releases().count() + 1 : 1));
    // Its path becomes part of it, so it is not taken here.
    var target = directory.resolve("release");
    rig.stopWithSavepoint(job, target);
    Files.createDirectories(KEPT);
    Files.move(target, release);
    responses.awaitQuiet(A_FEW_CHECKPOINTS);

    TopicCopy.write(rig.bootstrapServers(), TOPICS, release.resolve("topics.bin"));
    Files.write(
        release.resolve("schemas.txt"),
        rig.registry().schemas().stream().map(Schema::toString).toList());
    Files.write(
        release.resolve("committed.txt"),
        responses.results.stream().map(InferenceResult::getRequestId).toList());
  }

  private static String savepoint(Path release) throws IOException {
    try (var files = Files.newDirectoryStream(release, "savepoint-*")) {
      return files.iterator().next().toUri().toString();
    }
  }

  /** On each lane one that ends soon, and others that take long. */
  private static List<Request> requests() {
    var requests = new ArrayList<Request>();
    for (int i = 0; i < PER_LANE; i++) {
      var tokens = i == 0 ? 10 : 300;
      requests.add(Request.online(DEPLOYMENT, "on-" + i, tokens));
      requests.add(Request.offline(DEPLOYMENT, "off-" + i, tokens));
    }
    return requests;
  }
}
