package io.streamweir.local.stack;

import io.streamweir.local.flink.FlinkJob;
import io.streamweir.local.flink.JobFailure;
import io.streamweir.local.process.Service;
import io.streamweir.local.terminal.TextTable;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** What a stack looks like now, in tables. */
public final class Overview {

  private final Stack stack;

  public Overview(Stack stack) {
    this.stack = stack;
  }

  /** Whether every process runs. */
  public boolean complete() {
    return stack.services().all().stream().allMatch(service -> service.find().running());
  }

  /** Whether somebody starts again what died. */
  public boolean supervised() {
    return stack.services().supervisor().stream().anyMatch(service -> service.find().running());
  }

  public TextTable processes() {
    var table = new TextTable().row("process", "state", "pid", "up", "restarts", "log");
    stack.services().all().forEach(service -> process(table, service));
    return table;
  }

  /** The live jobs, and those that ended while no other of their name lives. */
  public TextTable jobs() {
    var table = new TextTable().row("job", "state", "since", "last failure");
    var all = stack.flink().jobs();
    all.stream()
        .filter(
            job ->
                !job.state().ended()
                    || all.stream().noneMatch(other -> live(other) && same(other, job)))
        .sorted(Comparator.comparingLong(FlinkJob::startedAtMs))
        .forEach(
            job ->
                table.row(
                    job.name(),
                    job.state(),
                    age(Instant.ofEpochMilli(job.startedAtMs())),
                    stack.flink().failures(job.id()).stream()
                        .findFirst()
                        .map(Overview::failure)
                        .orElse("-")));
    return table;
  }

  public TextTable addresses() {
    var settings = stack.settings();
    return new TextTable()
        .row("gateway", settings.gatewayUrl() + "/v1", "OpenAI API")
        .row("dashboard", settings.flinkUrl(), "Flink: the jobs, under the models' names")
        .row("kafka", settings.bootstrapServers(), "topics: ./weir topics")
        .row("registry", settings.registryUrl(), "Confluent protocol")
        .row("usage", settings.ledgerUrl() + "/v1/usage", "what is billed: ./weir usage")
        .row("data", stack.data().root(), "logs, topics, checkpoints");
  }

  /** Names of the processes that were started before the last build, and so run older code. */
  public List<String> outdated() {
    var builtAt = stack.home().builtAt();
    return stack.services().all().stream()
        .filter(service -> service.find().startedAt().filter(builtAt::isAfter).isPresent())
        .map(Service::name)
        .toList();
  }

  private static void process(TextTable table, Service service) {
    var finding = service.find();
    var state =
        switch (finding.state()) {
          case ABSENT -> "stopped";
          case GONE -> "gone";
          case REUSED -> "gone, its pid is reused";
          case RUNNING -> service.spec().probe().ready() ? "ready" : "not answering";
        };
    var since = finding.startedAt().map(Overview::age);
    table.row(
        service.name(),
        state,
        finding.running() ? finding.pid() : "-",
        since.orElse("-"),
        restarts(service),
        service.log().path());
  }

  private static String restarts(Service service) {
    var restarts = service.restarts();
    return restarts
        .last()
        .map(last -> restarts.count() + ", the last " + age(last) + " ago")
        .orElse("-");
  }

  private static String failure(JobFailure failure) {
    return age(failure.at()) + " ago: " + failure.cause();
  }

  private static boolean live(FlinkJob job) {
    return !job.state().ended();
  }

  private static boolean same(FlinkJob one, FlinkJob other) {
    return one.name().equals(other.name());
  }

  private static String age(Instant since) {
    var age = Duration.between(since, Instant.now());
    if (age.toHours() > 0) {
      return age.toHours() + " h " + age.toMinutesPart() + " min";
    }
    return age.toMinutes() > 0
        ? age.toMinutes() + " min " + age.toSecondsPart() + " s"
        : age.toSeconds() + " s";
  }
}
