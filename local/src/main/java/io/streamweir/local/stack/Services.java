package io.streamweir.local.stack;

import io.streamweir.config.Setting;
import io.streamweir.local.flink.FlinkRest;
import io.streamweir.local.process.PortClaim;
import io.streamweir.local.process.Ports;
import io.streamweir.local.process.Probe;
import io.streamweir.local.process.Service;
import io.streamweir.local.process.ServiceSpec;
import io.streamweir.local.terminal.WeirException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The processes of a stack and how each is run. */
public final class Services {

  private static final String LOG_CONFIGURATION =
      "classpath:io/streamweir/local/log4j2-service.properties";

  /**
   * How long tasks go on without a JobManager: {@code heartbeat.timeout} of the TaskManagers. On
   * one machine nothing but its end parts it from them, so they wait for as long as the next one
   * may take to start; on several it is shorter, see config.yaml. As long is {@code
   * pekko.ask.timeout}: a checkpoint that the JobManager's end cuts off has asked it something, and
   * a task whose question has no answer fails.
   */
  static final Duration WITHOUT_JOBMANAGER = Duration.ofSeconds(60);

  /** How far away another port is proposed. */
  private static final int PORT_STEP = 100;

  private final Home home;
  private final DataDirectory data;
  private final StackSettings settings;
  private final Http http = new Http();
  private final FlinkRest flink;

  Services(Home home, DataDirectory data, StackSettings settings) {
    this.home = home;
    this.data = data;
    this.settings = settings;
    this.flink = new FlinkRest(settings.flinkUrl());
  }

  /** All of them: the supervisor, then the others in the order of the way of a request. */
  public List<Service> all() {
    var services = new ArrayList<>(supervisor());
    services.addAll(supervised());
    return List.copyOf(services);
  }

  /** Those that the supervisor looks after. */
  List<Service> supervised() {
    var services = new ArrayList<Service>();
    services.add(kafka());
    services.add(registry());
    services.add(jobManager());
    services.addAll(taskManagers());
    services.add(gateway());
    services.addAll(optional());
    return List.copyOf(services);
  }

  /** What a request does not need in order to be answered. */
  List<Service> optional() {
    return UsageLedgerCommand.available(home) ? List.of(ledger()) : List.of();
  }

  /**
   * The service of that name, or the only one whose name begins so.
   *
   * @throws WeirException if there is none
   */
  public Service named(String name) {
    var matches = all().stream().filter(service -> service.name().startsWith(name)).toList();
    return matches.stream()
        .filter(service -> service.name().equals(name) || matches.size() == 1)
        .findFirst()
        .orElseThrow(
            () ->
                new WeirException(
                    "There is no process '%s'; the stack has %s"
                        .formatted(name, all().stream().map(Service::name).toList())));
  }

  /** Empty if the settings want none. */
  List<Service> supervisor() {
    return settings.get(StackSettings.SUPERVISOR) ? List.of(supervisorService()) : List.of();
  }

  private Service supervisorService() {
    var command =
        new JavaCommand(data)
            .option("-Xms16m", "-Xmx96m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
            .option("-XX:+ExitOnOutOfMemoryError")
            .property(Home.PROPERTY, home.root())
            .property("log4j2.configurationFile", LOG_CONFIGURATION)
            .main(home.serviceClassPath(), SupervisorMain.class.getName())
            .arguments("--data", data.root());
    return service("supervisor", command, Map.of(), List.of(), () -> true, () -> true);
  }

  Service kafka() {
    // The second compiler would take half of the start's processor time and gain nothing here.
    var command =
        new JavaCommand(data)
            .option("-Xms96m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
            .option("-XX:+ExitOnOutOfMemoryError")
            .property("log4j2.configurationFile", LOG_CONFIGURATION)
            .main(home.serviceClassPath(), KafkaMain.class.getName())
            .arguments("--data", data.kafka(), "--host", settings.host())
            .arguments("--port", settings.port(StackSettings.KAFKA_PORT))
            .arguments("--controller.port", settings.port(StackSettings.KAFKA_CONTROLLER_PORT));
    return service(
        "kafka",
        command,
        Map.of(),
        List.of(StackSettings.KAFKA_PORT, StackSettings.KAFKA_CONTROLLER_PORT),
        () -> Ports.answers(settings.host(), settings.port(StackSettings.KAFKA_PORT)),
        new KafkaPulse(settings.bootstrapServers()));
  }

  Service registry() {
    var jar = "apicurio-registry-app-" + BuildVersions.apicurio() + "-runner.jar";
    // WRITE_DELAY=0: an id that was handed out must survive a kill, records in Kafka carry it.
    var database = "jdbc:h2:file:" + data.registry().resolve("db") + ";WRITE_DELAY=0";
    var command =
        new JavaCommand(data)
            .option("-Xms64m", "-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
            .property("quarkus.http.host", settings.host())
            .property("quarkus.http.port", settings.port(StackSettings.REGISTRY_PORT))
            .property("apicurio.storage.kind", "sql")
            .property("apicurio.storage.sql.kind", "h2")
            .property("apicurio.datasource.url", database)
            .jar(home.registryDirectory().resolve(jar));
    return service(
        "registry",
        command,
        Map.of(),
        List.of(StackSettings.REGISTRY_PORT),
        () -> http.answers(settings.registryUrl() + "/subjects"),
        () -> http.reacts(settings.registryUrl() + "/subjects"));
  }

  Service jobManager() {
    var command =
        flink("jobmanager", "jobmanager.jvm")
            // SIGTERM ends it at once. Flink's own way takes the tasks away and withdraws the files
            // that say who leads: streams would be silent until the next one has started.
            .option("-Xrs")
            .main(
                home.flinkClassPath(),
                "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint")
            .arguments("--configDir", home.flinkConf())
            .arguments("-Djobmanager.rpc.address=" + settings.host())
            .arguments("-Djobmanager.rpc.port=" + settings.port(StackSettings.FLINK_RPC_PORT))
            .arguments("-Djobmanager.bind-host=" + settings.host())
            .arguments("-Drest.address=" + settings.host())
            .arguments("-Drest.bind-address=" + settings.host())
            .arguments("-Drest.port=" + settings.port(StackSettings.FLINK_REST_PORT))
            .arguments("-Dweb.upload.dir=" + data.scratch("jobmanager"))
            .arguments("-Dio.tmp.dirs=" + data.scratch("jobmanager"))
            .arguments("-Dexecution.checkpointing.dir=" + data.checkpoints("other").toUri())
            .arguments(highAvailability());
    return service(
        "jobmanager",
        command,
        Map.of(),
        List.of(StackSettings.FLINK_REST_PORT, StackSettings.FLINK_RPC_PORT),
        this::jobManagerServes,
        () -> http.reacts(settings.flinkUrl() + "/config"));
  }

  List<Service> taskManagers() {
    return IntStream.rangeClosed(1, settings.get(StackSettings.TASKMANAGERS))
        .mapToObj(number -> taskManager("taskmanager-" + number))
        .toList();
  }

  private Service taskManager(String name) {
    // A fixed resource id: its successor replaces it at once, without waiting for a heartbeat.
    var command =
        flink(name, "taskmanager.jvm")
            .main(taskManagerClassPath(), "org.apache.flink.runtime.taskexecutor.TaskManagerRunner")
            .arguments("--configDir", home.flinkConf())
            .arguments("-Djobmanager.rpc.address=" + settings.host())
            .arguments("-Djobmanager.rpc.port=" + settings.port(StackSettings.FLINK_RPC_PORT))
            .arguments("-Dtaskmanager.host=" + settings.host())
            .arguments("-Dtaskmanager.bind-host=" + settings.host())
            .arguments("-Dtaskmanager.resource-id=" + name)
            .arguments("-Dheartbeat.timeout=" + WITHOUT_JOBMANAGER.toSeconds() + " s")
            .arguments("-Dpekko.ask.timeout=" + WITHOUT_JOBMANAGER.toSeconds() + " s")
            .arguments("-Dio.tmp.dirs=" + data.scratch(name))
            .arguments(highAvailability());
    return service(
        name,
        command,
        Map.of("DJL_CACHE_DIR", data.nativeCache().toString()),
        List.of(),
        () -> flink.hasTaskManager(name),
        // Only its JobManager can tell, if it is there itself.
        () -> flink.hasTaskManager(name) || !jobManagerServes());
  }

  private String taskManagerClassPath() {
    var further = settings.get(StackSettings.TASKMANAGER_CLASSPATH);
    return further.isEmpty() ? home.flinkClassPath() : home.flinkClassPath() + ":" + further;
  }

  private boolean jobManagerServes() {
    return http.answers(settings.flinkUrl() + "/overview");
  }

  Service gateway() {
    var command =
        new JavaCommand(data)
            .option("-Xms64m", "-Xmx192m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError")
            .property("log4j2.configurationFile", LOG_CONFIGURATION)
            .main(home.serviceClassPath(), "io.streamweir.gateway.Gateway")
            .arguments("--client.id", "weir-gateway")
            .arguments("--host", settings.host())
            .arguments("--port", settings.port(StackSettings.GATEWAY_PORT))
            .arguments("--kafka.bootstrap.servers", settings.bootstrapServers())
            .arguments("--schema.registry.url", settings.registryUrl());
    var chosen = new TreeMap<>(Map.of("drain.timeout", "5 s"));
    chosen.putAll(settings.gatewaySettings());
    chosen.forEach((key, value) -> command.arguments("--" + key, value));
    return service(
        "gateway",
        command,
        Map.of(),
        List.of(StackSettings.GATEWAY_PORT),
        () -> http.answers(settings.gatewayUrl() + "/healthz"),
        () -> http.reacts(settings.gatewayUrl() + "/livez"));
  }

  private Service ledger() {
    // Not its /healthz: after a crash it is ready only when its predecessor is given up, and it is
    // not while the broker is away. No request waits for that.
    return service(
        "ledger",
        UsageLedgerCommand.of(home, data, settings),
        Map.of(),
        List.of(StackSettings.LEDGER_PORT),
        () -> Ports.answers(settings.host(), settings.port(StackSettings.LEDGER_PORT)),
        () -> http.reacts(settings.ledgerUrl() + "/healthz"));
  }

  /** The same for JobManager and TaskManagers: who leads, and what it takes over, is in files. */
  private Object[] highAvailability() {
    return new Object[] {
      "-Dhigh-availability.type=io.streamweir.flink.ha.FileHaServicesFactory",
      "-Dhigh-availability.storageDir=" + data.highAvailability().toUri(),
      "-Dhigh-availability.jobmanager.port=" + settings.port(StackSettings.FLINK_RPC_PORT)
    };
  }

  private JavaCommand flink(String name, String options) {
    var log = data.logs().resolve(name + ".log");
    return new JavaCommand(data)
        .option("@" + home.flinkConf().resolve(options))
        .property("log4j2.configurationFile", home.flinkConf().resolve("log4j2.properties"))
        .property("log.file", log); // what the dashboard shows
  }

  private Service service(
      String name,
      JavaCommand command,
      Map<String, String> environment,
      List<Setting<Integer>> ports,
      Probe probe,
      Probe pulse) {
    var claims = ports.stream().map(this::claim).toList();
    return new Service(
        new ServiceSpec(
            name,
            command.property("java.io.tmpdir", data.scratch(name)).words(),
            environment,
            data.scratch(name),
            claims,
            probe,
            pulse),
        data.run(),
        data.logs());
  }

  private PortClaim claim(Setting<Integer> port) {
    var advice = "--set " + port.key() + "=" + (settings.get(port) + PORT_STEP);
    return new PortClaim(settings.host(), settings.port(port), advice);
  }
}
