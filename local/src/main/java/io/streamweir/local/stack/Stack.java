package io.streamweir.local.stack;

import io.streamweir.client.ClientOptions;
import io.streamweir.local.deploy.JobSite;
import io.streamweir.local.flink.FlinkRest;
import io.streamweir.local.terminal.WeirException;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

/**
 * An embedded stack as a command sees it: its place, its settings, its processes. What runs is
 * asked of the system each time, so any number of commands may look at the same stack.
 */
public final class Stack {

  /** A model may take long to load, and requests in flight to end. */
  private static final Duration JOBS_PATIENCE = Duration.ofMinutes(3);

  private final Home home;
  private final DataDirectory data;
  private final StackSettings settings;
  private final Services services;
  private final FlinkRest flink;

  private Stack(Home home, DataDirectory data, StackSettings settings) {
    this.home = home;
    this.data = data;
    this.settings = settings;
    this.services = new Services(home, data, settings);
    this.flink = new FlinkRest(settings.flinkUrl());
  }

  /** The stack of that directory, with the settings it was started with or would be. */
  public static Stack open(Home home, DataDirectory data) {
    return new Stack(home, data, new SettingsFile(data.settings()).read());
  }

  /**
   * The stack of that directory with some settings changed, to be started.
   *
   * @param overrides settings that the user gave
   * @throws WeirException if processes of the stack run with other settings
   */
  public static Stack open(Home home, DataDirectory data, Map<String, String> overrides) {
    var current = open(home, data);
    var wanted = current.settings.with(overrides);
    var same = wanted.written().equals(current.settings.written());
    if (!same && current.anyRuns()) {
      throw new WeirException(
          "The stack in %s runs with %s, but %s was asked for. Stop it first: ./weir down"
              .formatted(data.root(), current.settings.written(), overrides));
    }
    return same ? current : new Stack(home, data, wanted);
  }

  public Home home() {
    return home;
  }

  public DataDirectory data() {
    return data;
  }

  public StackSettings settings() {
    return settings;
  }

  public Services services() {
    return services;
  }

  public FlinkRest flink() {
    return flink;
  }

  /** How to reach its Kafka and registry. */
  public ClientOptions clientOptions() {
    return ClientOptions.of(settings.bootstrapServers(), settings.registryUrl());
  }

  /** Where its jobs are launched. */
  public JobSite jobSite() {
    return new JobSite(
        flink,
        clientOptions(),
        home.moduleJar("router-job"),
        home.moduleJar("inference-job"),
        settings.jobSettings(),
        settings.routerSettings(),
        data.deployments(),
        data::checkpoints,
        data.jobMemory());
  }

  /**
   * Launches or ends jobs while nobody else does.
   *
   * @throws WeirException if another command, or the supervisor, does so for too long
   */
  public void changeJobs(Runnable change) {
    new StackLock(data.jobsLock()).holding(JOBS_PATIENCE, change);
  }

  /** Whether at least one of its processes is alive. */
  public boolean anyRuns() {
    return services.all().stream().anyMatch(service -> service.find().running());
  }

  /**
   * For commands that need some of the processes.
   *
   * @param names the processes, or the beginnings of their names
   * @throws WeirException if one of them does not run
   */
  public Stack require(String... names) {
    var missing = Stream.of(names).filter(name -> !services.named(name).find().running()).toList();
    if (!missing.isEmpty()) {
      throw new WeirException(
          "Of the stack in %s, %s does not run. Start it: ./weir up"
              .formatted(data.root(), missing));
    }
    return this;
  }

  /** Makes the directories and keeps the settings for the commands to come. */
  void prepare() {
    data.create();
    new SettingsFile(data.settings()).write(settings);
  }
}
