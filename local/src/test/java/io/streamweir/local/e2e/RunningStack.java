package io.streamweir.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.client.StreamweirClient;
import io.streamweir.client.TokenTail;
import io.streamweir.config.Setting;
import io.streamweir.kafka.ReservedPorts;
import io.streamweir.local.deploy.Deployer;
import io.streamweir.local.deploy.DeploymentPlan;
import io.streamweir.local.flink.FlinkException;
import io.streamweir.local.flink.FlinkJob;
import io.streamweir.local.process.Service;
import io.streamweir.local.reconcile.Reconciliation;
import io.streamweir.local.reconcile.Scope;
import io.streamweir.local.reconcile.TopicsReconciliation;
import io.streamweir.local.stack.DataDirectory;
import io.streamweir.local.stack.Home;
import io.streamweir.local.stack.Shutdown;
import io.streamweir.local.stack.Stack;
import io.streamweir.local.stack.StackSettings;
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
import io.streamweir.schemas.tokens.TokenSequence;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/**
 * A stack of its own ports and data, as {@code weir up} starts it, with readers of what comes out.
 */
final class RunningStack implements AutoCloseable {

  static final String MODEL = "support-intents";

  private static final String DEPLOYMENT = MODEL + "-cpu";

  private static final Duration TOKEN_TIMEOUT = Duration.ofMinutes(4);
  private static final Duration LEDGER_TIMEOUT = Duration.ofMinutes(4);
  private static final Duration KILL_TIMEOUT = Duration.ofMinutes(1);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(10);

  private static final List<Setting<Integer>> PORTS =
      List.of(
          StackSettings.GATEWAY_PORT,
          StackSettings.KAFKA_PORT,
          StackSettings.KAFKA_CONTROLLER_PORT,
          StackSettings.REGISTRY_PORT,
          StackSettings.LEDGER_PORT,
          StackSettings.FLINK_REST_PORT,
          StackSettings.FLINK_RPC_PORT);

  private final Stack stack;
  private final Terminal terminal = new Terminal(System.out, false);
  private StreamweirClient client;

  private RunningStack(Stack stack) {
    this.stack = stack;
  }

  /** Starts a stack on ports that nobody else has. */
  static RunningStack start(Path directory) {
    var stack = Stack.open(home(), new DataDirectory(directory), reservedPorts());
    var running = new RunningStack(stack);
    try {
      running.up();
      return running;
    } catch (RuntimeException e) {
      running.close();
      throw e;
    }
  }

  static Home home() {
    return new Home(Path.of("..").toAbsolutePath().normalize());
  }

  /** The setting by which a stack has ports that nobody else has. */
  static Map<String, String> reservedPorts() {
    var defaults = new StackSettings(Map.of());
    var ports = PORTS.stream().map(defaults::port).toList();
    return Map.of(StackSettings.PORTS_OFFSET.key(), Integer.toString(ReservedPorts.offset(ports)));
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

  /** The same of several requests, whose results are there and so are their tokens. */
  Map<RequestKey, List<TokenChunk>> tokens(Set<RequestKey> keys) {
    var streams = new HashMap<RequestKey, List<TokenChunk>>();
    var sequences = new HashMap<RequestKey, TokenSequence>();
    try (var log = log(Topics.TOKENS, TokenChunk.class)) {
      for (var chunk : log.upToNow(chunk -> keys.contains(key(chunk)))) {
        sequences
            .computeIfAbsent(key(chunk), key -> new TokenSequence())
            .accept(chunk)
            .ifPresent(
                next -> streams.computeIfAbsent(key(chunk), key -> new ArrayList<>()).add(next));
      }
    }
    return streams;
  }

  /** Sends and waits for Kafka's acknowledgement. */
  RequestKey send(InferenceRequest request) throws Exception {
    client().produce(request).toCompletableFuture().get(2, TimeUnit.MINUTES);
    return key(request);
  }

  static RequestKey key(InferenceRequest request) {
    return new RequestKey(request.getTenant(), request.getRequestId());
  }

  private static RequestKey key(TokenChunk chunk) {
    return new RequestKey(chunk.getTenant(), chunk.getRequestId());
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

  /** Waits until the tasks of so many jobs run that somebody else starts. */
  void awaitJobs(int count, Duration timeout) {
    await(() -> running() == count, count + " jobs", timeout);
  }

  private long running() {
    try {
      return stack.flink().jobs().stream().filter(job -> stack.flink().running(job.id())).count();
    } catch (FlinkException e) {
      return 0; // there is no JobManager yet
    }
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

  /** Ends a process as a crash does; the supervisor may start it again at any time. */
  void kill(String name) {
    end(name, Service::kill);
  }

  /** As an operator does it, with SIGTERM. */
  void askToEnd(String name) {
    end(name, service -> service.find().process().ifPresent(ProcessHandle::destroy));
  }

  private void end(String name, Consumer<Service> way) {
    var service = stack.services().named(name);
    var running = service.find();
    assertThat(running.running()).as("%s runs", name).isTrue();
    way.accept(service);
    await(
        () -> !service.find().running() || service.find().pid() != running.pid(),
        "the end of " + name,
        KILL_TIMEOUT);
  }

  /** A process does nothing any more, and does not end. */
  void freeze(String service) throws Exception {
    var pid = Long.toString(stack.services().named(service).find().pid());
    var status = new ProcessBuilder("sh", "-c", "kill -STOP " + pid).start().waitFor();
    assertThat(status).as("kill -STOP " + pid).isZero();
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
