package io.streamweir.local.chaos;

import io.streamweir.client.ClientOptions;
import io.streamweir.local.deploy.Deployer;
import io.streamweir.local.deploy.DeploymentPlan;
import io.streamweir.local.deploy.ModelDirectory;
import io.streamweir.local.deploy.Workload;
import io.streamweir.local.process.Service;
import io.streamweir.local.stack.DataDirectory;
import io.streamweir.local.stack.Home;
import io.streamweir.local.stack.Shutdown;
import io.streamweir.local.stack.Stack;
import io.streamweir.local.stack.Startup;
import io.streamweir.local.terminal.Pause;
import io.streamweir.local.terminal.Terminal;
import io.streamweir.local.terminal.WeirException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A stack to be broken: two TaskManagers, of which one can carry everything, and a deployment whose
 * engine fails on command. Repairs are left to the stack, with one exception: what an operator
 * began and could not finish (a rescaling in the middle of which the JobManager dies) he begins
 * again.
 */
public final class ChaosStack implements AutoCloseable {

  static final String MODEL = "chaos";

  private static final String DEPLOYMENT = "chaos-cpu";
  private static final int MOST_REPLICAS = 3;
  private static final int PARTITIONS = 6;
  private static final String ORDER = "engine-fault.";
  private static final List<String> MODEL_FILES =
      List.of(
          "config.json",
          "generation_config.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "model.safetensors");

  /** How long an operator tries. */
  private static final Duration OPERATOR_PATIENCE = Duration.ofMinutes(3);

  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Stack stack;
  private final Terminal terminal;
  private final Path model;
  private volatile int replicas = 1;

  /**
   * @param settings of the stack, put over those that this needs
   */
  public ChaosStack(
      Home home, DataDirectory data, Map<String, String> settings, Terminal terminal) {
    var all = new TreeMap<String, String>();
    all.put("taskmanagers", "2");
    all.put("deployment.default", "false");
    all.put("taskmanager.classpath", home.moduleJar("engine-faults").toString());
    all.putAll(settings);
    this.stack = Stack.open(home, data, all);
    this.terminal = terminal;
    this.model = data.root().resolve(MODEL);
  }

  /** Brings it up, with its deployment. */
  public void start() {
    persist(() -> new Startup(stack, terminal).run());
    copyModel();
    var directory = new ModelDirectory(model);
    operate(
        () -> {
          try (var deployer = new Deployer(stack.jobSite())) {
            var present = deployer.view().deployment(DEPLOYMENT);
            if (present.isPresent()) {
              replicas = present.get().getReplicas();
            } else {
              deployer.deploy(plan(directory));
            }
          }
        });
  }

  private DeploymentPlan plan(ModelDirectory directory) {
    return new DeploymentPlan(
        DEPLOYMENT,
        MODEL,
        List.of(),
        directory,
        "faulty",
        "cpu",
        replicas,
        PARTITIONS,
        directory.maxModelLen(),
        Map.of("engine.step.limit", "10 s"));
  }

  ClientOptions clientOptions() {
    return stack.clientOptions();
  }

  String gatewayUrl() {
    return stack.settings().gatewayUrl();
  }

  /** Those of a role that run now. */
  List<Service> processes(String role) {
    return stack.services().all().stream()
        .filter(service -> service.name().startsWith(role))
        .filter(service -> service.find().running())
        .toList();
  }

  /** Whether every process serves. */
  boolean serves() {
    return stack.services().all().stream().allMatch(Service::serves);
  }

  /** Which processes do not serve. */
  List<String> missing() {
    return stack.services().all().stream()
        .filter(service -> !service.serves())
        .map(Service::name)
        .toList();
  }

  void kill(Service victim) {
    victim.kill();
  }

  void askToEnd(Service victim) {
    victim.find().process().ifPresent(ProcessHandle::destroy);
  }

  void freeze(Service victim, Duration time) {
    victim
        .find()
        .process()
        .ifPresent(
            process -> {
              SystemCommand.signal("STOP", process.pid());
              try {
                Pause.of(time);
              } finally {
                if (process.isAlive()) {
                  SystemCommand.signal("CONT", process.pid());
                }
              }
            });
  }

  /**
   * No file of the broker may grow any more: what a full disk does, without one. A limit of the
   * process, so its successor is free of it.
   */
  void fillDiskOfBroker() {
    for (var broker : processes("kafka")) {
      SystemCommand.run("prlimit", "--pid", Long.toString(broker.find().pid()), "--fsize=1:");
    }
  }

  void orderEngineFault(String kind) {
    try {
      Files.writeString(model.resolve(ORDER + kind), "");
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot order a fault", e);
    }
  }

  void rescale(Random random) {
    var wanted = 1 + random.nextInt(MOST_REPLICAS - 1);
    var next = wanted < replicas ? wanted : wanted + 1;
    operate(
        () -> {
          try (var deployer = new Deployer(stack.jobSite())) {
            deployer.rescale(DEPLOYMENT, next);
          }
        });
    replicas = next;
  }

  void upgradeRouter() {
    operate(() -> new Workload(stack.jobSite(), terminal).restartRouter());
  }

  private void operate(Runnable change) {
    persist(() -> stack.changeJobs(change));
  }

  /**
   * What fails because something is down, or slow, is tried again.
   *
   * @throws WeirException if it has failed for as long as an operator tries
   */
  private void persist(Runnable action) {
    var deadline = System.nanoTime() + OPERATOR_PATIENCE.toNanos();
    while (true) {
      try {
        action.run();
        return;
      } catch (RuntimeException e) {
        if (System.nanoTime() > deadline) {
          throw new WeirException(
              "Tried for " + OPERATOR_PATIENCE.toMinutes() + " minutes: " + e.getMessage(), e);
        }
        terminal.line("  tried again: %s", e.getMessage());
        Pause.of(PAUSE);
      }
    }
  }

  private void copyModel() {
    try {
      Files.createDirectories(model);
      for (var name : MODEL_FILES) {
        Files.copy(
            stack.home().defaultModel().resolve(name),
            model.resolve(name),
            StandardCopyOption.REPLACE_EXISTING);
      }
      for (var kind : List.of("exception", "hang")) {
        Files.deleteIfExists(model.resolve(ORDER + kind));
      }
    } catch (IOException e) {
      throw new WeirException("Cannot copy the model to " + model + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    new Shutdown(stack, terminal).run();
  }
}
