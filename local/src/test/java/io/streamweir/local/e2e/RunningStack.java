package io.streamweir.local.e2e;

import io.streamweir.client.StreamweirClient;
import io.streamweir.client.TokenTail;
import io.streamweir.local.deploy.Deployer;
import io.streamweir.local.deploy.DeploymentPlan;
import io.streamweir.local.flink.FlinkException;
import io.streamweir.local.flink.FlinkJob;
import io.streamweir.local.reconcile.Reconciliation;
import io.streamweir.local.reconcile.Scope;
import io.streamweir.local.reconcile.TopicsReconciliation;
import io.streamweir.local.stack.DataDirectory;
import io.streamweir.local.stack.Home;
import io.streamweir.local.stack.Shutdown;
import io.streamweir.local.stack.Stack;
import io.streamweir.local.stack.Startup;
import io.streamweir.local.terminal.Terminal;
import io.streamweir.schemas.ChatMessage;
import io.streamweir.schemas.DeadLetter;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.SamplingParams;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.TopicSpec;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.UsageRecord;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/**
 * A stack of its own ports and data, as {@code weir up} starts it, with readers of what comes out.
 */
final class RunningStack implements AutoCloseable {

  static final String MODEL = "support-intents";

  private static final String DEPLOYMENT = MODEL + "-cpu";

  private static final Duration TOKEN_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration LEDGER_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(10);

  private final Stack stack;
  private final Terminal terminal = new Terminal(System.out, false);
  private StreamweirClient client;

  private RunningStack(Stack stack) {
    this.stack = stack;
  }

  /** Starts a stack whose ports are the usual ones plus an offset. */
  static RunningStack start(Path directory, int portsOffset) {
    var home = new Home(Path.of("..").toAbsolutePath().normalize());
    var stack =
        Stack.open(
            home,
            new DataDirectory(directory),
            Map.of("ports.offset", Integer.toString(portsOffset)));
    var running = new RunningStack(stack);
    try {
      running.up();
      return running;
    } catch (RuntimeException e) {
      running.close();
      throw e;
    }
  }

  /** Starts what is missing, as the command does. */
  void up() {
    new Startup(stack, terminal).run();
  }

  Stack stack() {
    return stack;
  }

  StreamweirClient client() {
    if (client == null) {
      client = StreamweirClient.connect(stack.clientOptions());
    }
    return client;
  }

  CommittedLog<InferenceResult> results() {
    return log(Topics.RESULTS, InferenceResult.class);
  }

  CommittedLog<UsageRecord> usage() {
    return log(Topics.USAGE, UsageRecord.class);
  }

  CommittedLog<DeadLetter> deadLetters() {
    return log(Topics.DEAD_LETTERS, DeadLetter.class);
  }

  /** The tokens of a request as a reader of the log sees them, to the last chunk. */
  List<TokenChunk> tokens(RequestKey key) {
    try (var tail = TokenTail.open(stack.clientOptions(), key)) {
      var chunks = new ArrayList<TokenChunk>();
      while (!tail.finished()) {
        chunks.add(
            tail.next(TOKEN_TIMEOUT)
                .orElseThrow(() -> new AssertionError("No end of the stream of " + key)));
      }
      return chunks;
    }
  }

  /** Sends and waits for Kafka's acknowledgement. */
  RequestKey send(InferenceRequest request) throws Exception {
    client().produce(request).toCompletableFuture().get(30, TimeUnit.SECONDS);
    return key(request);
  }

  static RequestKey key(InferenceRequest request) {
    return new RequestKey(request.getTenant(), request.getRequestId());
  }

  /** A valid chat request with a fresh id. */
  static InferenceRequest.Builder chat(String text) {
    return InferenceRequest.newBuilder()
        .setRequestId("it-" + UUID.randomUUID())
        .setModel(MODEL)
        .setMessages(List.of(ChatMessage.newBuilder().setRole("user").setContent(text).build()))
        .setSampling(SamplingParams.newBuilder().setTemperature(0.0).build());
  }

  /** A valid request that generates exactly so many tokens. */
  static InferenceRequest.Builder generating(int tokens) {
    return chat("where is my order 732201349959?")
        .setSampling(SamplingParams.newBuilder().setMaxTokens(tokens).setIgnoreEos(true).build());
  }

  /** Gives the default deployment another number of replicas, as the command does. */
  void rescale(int replicas) {
    stack.changeJobs(
        () -> {
          try (var deployer = new Deployer(stack.jobSite())) {
            deployer.rescale(DEPLOYMENT, replicas);
          }
        });
  }

  /** The live job of the default deployment. */
  Optional<FlinkJob> inferenceJob() {
    return stack.flink().liveJob(MODEL + " (" + DEPLOYMENT + ")");
  }

  /** Waits until the default deployment runs with so many replicas that somebody else starts. */
  void awaitReplicas(int replicas, Duration timeout) {
    await(() -> runsWith(replicas), replicas + " replicas", timeout);
  }

  private boolean runsWith(int replicas) {
    try {
      return inferenceJob()
          .filter(job -> stack.flink().deployed(job.id()))
          .filter(job -> stack.flink().parallelism(job.id()) == replicas)
          .isPresent();
    } catch (FlinkException e) {
      return false; // whoever starts it may have to replace the JobManager first
    }
  }

  /** Waits until the default deployment has a complete savepoint. */
  void awaitSavepoint(Duration timeout) {
    var directory = stack.data().checkpoints("inference-" + DEPLOYMENT).toFile();
    await(
        () ->
            Stream.of(directory.listFiles((parent, name) -> name.startsWith("savepoint-")))
                .anyMatch(savepoint -> new File(savepoint, "_metadata").exists()),
        "a savepoint",
        timeout);
  }

  void deploy(DeploymentPlan plan) {
    try (var deployer = new Deployer(stack.jobSite())) {
      deployer.deploy(plan);
    }
  }

  /** Compares all topics, once the ledger has added up what is billed. */
  Reconciliation reconcile() {
    var scope = new Scope(Optional.empty(), Optional.empty(), Duration.ZERO, 10_000);
    var deadline = System.nanoTime() + LEDGER_TIMEOUT.toNanos();
    while (true) {
      var found = TopicsReconciliation.of(stack.clientOptions(), scope, InstantSource.system());
      if (found.agrees() && found.open() == 0 && found.openAccounts() == 0
          || System.nanoTime() > deadline) {
        return found;
      }
    }
  }

  /** Ends a process as a crash does. */
  void kill(String service) {
    var process = stack.services().named(service).find().process().orElseThrow();
    process.destroyForcibly();
    process.onExit().join();
  }

  /** A process does nothing any more, and does not end. */
  void freeze(String service) throws Exception {
    var pid = Long.toString(stack.services().named(service).find().pid());
    new ProcessBuilder("kill", "-STOP", pid).inheritIO().start().waitFor();
  }

  /** Waits until a process serves that somebody else brings back. */
  void awaitServes(String name, Duration timeout) {
    await(stack.services().named(name)::serves, name, timeout);
  }

  private static void await(BooleanSupplier condition, String what, Duration timeout) {
    var deadline = System.nanoTime() + timeout.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(what + ": not there after " + timeout);
      }
      LockSupport.parkNanos(POLL_INTERVAL.toNanos());
    }
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
    }
    new Shutdown(stack, terminal).run();
  }

  private <T extends SpecificRecord> CommittedLog<T> log(TopicSpec topic, Class<T> type) {
    var settings = stack.settings();
    return new CommittedLog<>(settings.bootstrapServers(), settings.registryUrl(), topic, type);
  }
}
