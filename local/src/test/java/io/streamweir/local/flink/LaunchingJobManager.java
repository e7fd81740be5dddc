package io.streamweir.local.flink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;

/**
 * A JobManager that launches, stops and cancels jobs of one name at once, or fails to as it is
 * told: a real one cannot be made to fail at a wanted place.
 */
public final class LaunchingJobManager implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SLOTS = 4;

  private static final class Job {
    private final int number;
    private final int parallelism;
    private volatile JobState state;

    private Job(int number, int parallelism, JobState state) {
      this.number = number;
      this.parallelism = parallelism;
      this.state = state;
    }
  }

  private final HttpServer server;
  private final String jobName;
  private final List<Job> jobs = new CopyOnWriteArrayList<>();
  private volatile IntFunction<JobState> launch = parallelism -> JobState.RUNNING;
  private volatile boolean stopFails;

  /**
   * @param jobName of every job that it launches
   */
  public LaunchingJobManager(String jobName) throws IOException {
    this.jobName = jobName;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  public FlinkRest client() {
    return new FlinkRest("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /**
   * @param outcome what becomes of a job that is launched with a parallelism
   */
  public void onLaunch(IntFunction<JobState> outcome) {
    launch = outcome;
  }

  /** From now on no savepoint can be taken. */
  public void failToStop() {
    stopFails = true;
  }

  /** The parallelism of each job that was launched, in order. */
  public List<Integer> launched() {
    return jobs.stream().map(job -> job.parallelism).toList();
  }

  private void handle(HttpExchange exchange) throws IOException {
    var body = exchange.getRequestBody().readAllBytes();
    var answer =
        answer(exchange.getRequestMethod(), exchange.getRequestURI().getPath(), body)
            .getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  private String answer(String method, String path, byte[] body) throws IOException {
    var words = path.substring(1).split("/");
    if (words[0].equals("overview")) {
      var taken = jobs.stream().filter(job -> !job.state.ended()).mapToInt(j -> j.parallelism);
      return "{\"slots-total\": %d, \"slots-available\": %d}".formatted(SLOTS, SLOTS - taken.sum());
    }
    if (words[0].equals("jars")) {
      return jar(words, body);
    }
    if (words[1].equals("overview")) {
      return "{\"jobs\": [" + String.join(",", jobs.stream().map(this::overview).toList()) + "]}";
    }
    var job = jobs.get(Integer.parseInt(words[1]));
    if (method.equals("PATCH")) {
      job.state = JobState.CANCELED;
    }
    if (words.length == 2) {
      return "{\"vertices\": [{\"parallelism\": %d, \"tasks\": {\"RUNNING\": %d}}]}"
          .formatted(job.parallelism, job.parallelism);
    }
    return switch (words[2]) {
      case "stop" -> "{\"request-id\": \"r\"}";
      case "savepoints" -> savepoint(job);
      default -> "{}";
    };
  }

  private String jar(String[] words, byte[] body) throws IOException {
    if (words[1].equals("upload")) {
      return "{\"filename\": \"/uploaded/job.jar\"}";
    }
    if (words.length < 3) {
      return "{}";
    }
    JsonNode order = JSON.readTree(body);
    var parallelism = order.path("parallelism").asInt();
    jobs.add(new Job(jobs.size(), parallelism, launch.apply(parallelism)));
    return "{\"jobid\": \"%d\"}".formatted(jobs.size() - 1);
  }

  private String savepoint(Job job) {
    if (stopFails) {
      return "{\"status\": {\"id\": \"COMPLETED\"}, \"operation\": {\"failure-cause\": {\"stack-trace\": \"disk full\"}}}";
    }
    job.state = JobState.FINISHED;
    return "{\"status\": {\"id\": \"COMPLETED\"}, \"operation\": {\"location\": \"file:/s\"}}";
  }

  private String overview(Job job) {
    return "{\"jid\": \"%d\", \"name\": \"%s\", \"state\": \"%s\"}"
        .formatted(job.number, jobName, job.state);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
